import { profile } from "@throughline/core";
import type { SessionReader } from "@throughline/store";

import { UsageError } from "../exit-codes.ts";
import type { World } from "../world.ts";
import { choosePlace, type PlaceGiven } from "./place.ts";

export interface OpenedHome extends AsyncDisposable {
  readonly reader: SessionReader;
  /** Where people look at it in a browser; undefined for engines, which have no page of ours. */
  readonly page: string | undefined;
}

/** Where sessions are read: `sessions`, `show`, `export`, `verify` ask nobody else. */
export async function openHome(given: PlaceGiven, world: World): Promise<OpenedHome> {
  const place = choosePlace(given, world);
  if (place.kind === "server") {
    const { createRemoteReader } = await import("./remote/reader.ts");
    return {
      reader: createRemoteReader(place),
      page: place.url,
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const { openGrafanaHome } = await import("@throughline/store");
  const { loki, profile: name = "default", selector, tempo } = place;
  const named = profile(name);
  if (named === undefined) throw new UsageError(`--profile "${name}" is not known.`);
  const home = openGrafanaHome({
    profile: named,
    ...(loki !== undefined && { loki }),
    ...(tempo !== undefined && { tempo }),
    ...(selector !== undefined && { selector }),
  });
  return {
    reader: home.reader,
    page: undefined,
    [Symbol.asyncDispose]: () => home.close(),
  };
}
