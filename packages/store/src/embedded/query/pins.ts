import { parseSessionId } from "@throughline/core";
import type { DayFile } from "../read/day-file.ts";
import type { Days } from "../read/days.ts";
import { findSession, rowIn, rowsOfSession } from "../read/find-session.ts";
import { placesOfSession, placesOfTrace } from "../read/places.ts";

/** What records are tied to that a query asks for by name. */
export type Pin =
  | { readonly by: "session"; readonly id: string }
  | { readonly by: "trace"; readonly id: string };

/** Where records with these sessions or traces are, so that no other cluster need be looked into. */
export interface Pinned {
  has(file: DayFile, cluster: number): boolean;
  readonly places: readonly { readonly file: DayFile; readonly cluster: number }[];
  /**
   * Origins whose resource or scope names one of the sessions: their records are asked for wherever they are filed, because a
   * key of their own may have decided over them.
   */
  origins(file: DayFile): readonly number[];
  readonly anyOrigins: boolean;
}

export function pinnedBy(days: Days, pins: readonly Pin[]): Pinned {
  const clusters = new Map<DayFile, Set<number>>();
  for (const pin of pins)
    for (const { cluster, file } of placesOf(days, pin)) {
      const known = clusters.get(file);
      if (known === undefined) clusters.set(file, new Set([cluster]));
      else known.add(cluster);
    }
  const sessions = pins.flatMap((pin) => (pin.by === "session" ? [pin.id] : []));
  const origins = new Map(days.all.map((file) => [file, originsNaming(file, sessions)]));
  return {
    has: (file, cluster) => clusters.get(file)?.has(cluster) === true,
    places: [...clusters].flatMap(([file, known]) =>
      [...known].map((cluster) => ({ file, cluster })),
    ),
    origins: (file) => origins.get(file) ?? [],
    anyOrigins: [...origins.values()].some(({ length }) => length > 0),
  };
}

/** Whether a session of this name is always filed as such; what is no id can stand in an attribute all the same. */
export function isSessionName(name: string): boolean {
  return parseSessionId(name, "carrier").id !== undefined;
}

function placesOf(days: Days, { by, id }: Pin): ReturnType<typeof placesOfTrace> {
  if (by === "trace") return placesOfTrace(days, Buffer.from(id, "hex"));
  const name = parseSessionId(id, "carrier").id ?? id;
  const session = findSession(days, name);
  if (session === undefined) return [];
  // Before it became an alias it may have been a session itself.
  const itself = days.all.flatMap((file) => rowIn(file, name) ?? []);
  return placesOfSession(days, [...rowsOfSession(days, session), ...itself]);
}

function originsNaming(file: DayFile, sessions: readonly string[]): number[] {
  return sessions.flatMap((id) => {
    const text = Buffer.from(id, "utf8");
    return file
      .all(
        `select origin.id as id from origin
         join resource on resource.id = origin.resource join scope on scope.id = origin.scope
         where instr(resource.data, ?) > 0 or instr(scope.data, ?) > 0`,
        text,
        text,
      )
      .map((row) => Number(row["id"]));
  });
}
