import { profile as builtIn } from "@throughline/core";
import {
  createVerifier,
  everyDialect,
  type PolicyFile,
  type Verifier,
} from "@throughline/core/verify";
import type { SessionVerdict } from "@throughline/store";

import { findSession, placeFor, readReference } from "../home/reference.ts";
import { openHome } from "../home/open-home.ts";
import { choosePlace, type Place, type PlaceGiven } from "../home/place.ts";
import { startProgress } from "../progress.ts";
import type { World } from "../world.ts";
import { type Ran, runCommand } from "./sources/command.ts";
import { readFile } from "./sources/file.ts";
import { together, verifySession, verifyWindow } from "./sources/home.ts";
import { verifyLabels } from "./sources/labels.ts";
import { verifierSink } from "./sources/sink.ts";
import type { Source } from "./source.ts";

export interface Gathered {
  readonly subject: string;
  readonly report: SessionVerdict;
  /** How a command's own run went. */
  readonly ran?: Ran;
}

/** Verifies what a source has. Homes verify what they keep; files and commands are read here. */
export async function gather(
  source: Source,
  policy: PolicyFile,
  given: PlaceGiven,
  world: World,
): Promise<Gathered> {
  switch (source.kind) {
    case "files": {
      const verifier = verifierFor(policy, given);
      for (const file of source.files) await readFile(file, verifierSink(verifier));
      return { subject: source.files.join(", "), report: verifier.finish() };
    }
    case "command": {
      const verifier = verifierFor(policy, given);
      const ran = await runCommand(source.command, verifierSink(verifier), source.options, world);
      return { subject: source.command.join(" "), report: verifier.finish(), ran };
    }
    case "session": {
      const reference = readReference(source.reference);
      await using home = await openHome(placeFor(reference, given), world);
      const id = await findSession(home.reader, reference);
      const verdict = await verifySession(home.reader, id);
      const place = choosePlace(placeFor(reference, given), world);
      const report = await withLabels(verdict, place, Date.now() - LOOK_BACK_MS);
      return { subject: `session ${id}`, report };
    }
    default: {
      await using home = await openHome(given, world);
      const progress = startProgress(world);
      const verdict = await verifyWindow(home.reader, source.window, progress);
      const report = await withLabels(verdict, choosePlace(given, world), source.window.since);
      return { subject: source.said, report };
    }
  }
}

/** How far back the labels of streams are asked for, beside a session alone. */
const LOOK_BACK_MS = 86_400_000;

async function withLabels(
  verdict: SessionVerdict,
  place: Place,
  since: number,
): Promise<SessionVerdict> {
  return place.kind === "server" ? verdict : together([verdict, await verifyLabels(place, since)]);
}

function verifierFor(policy: PolicyFile, given: PlaceGiven): Verifier {
  return createVerifier(everyDialect(builtIn(given.profile ?? policy.profile ?? "default")));
}
