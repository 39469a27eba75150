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
  const { loki, tempo } = place;
  if (loki === undefined || tempo === undefined) {
    const missing = loki === undefined ? "--loki" : "--tempo";
    throw new UsageError(`a session has spans and logs: ${missing} URL is needed too.`);
  }
  throw new UsageError("sessions are read from a Throughline server: give --url.");
}
