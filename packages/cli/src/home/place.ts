import { findAnnounced } from "../backend/announced.ts";
import { UsageError } from "../exit-codes.ts";
import type { World } from "../world.ts";

/** Where to read: a Throughline server, or engines that speak the APIs of Loki and Tempo. */
export type Place =
  | { readonly kind: "server"; readonly url: string; readonly token: string | undefined }
  | {
      readonly kind: "engines";
      readonly loki: string | undefined;
      readonly tempo: string | undefined;
      /** Loki stream selector. */
      readonly selector: string | undefined;
      readonly profile: string | undefined;
    };

export const placeOptions = {
  url: { type: "string" },
  loki: { type: "string" },
  tempo: { type: "string" },
  selector: { type: "string" },
  profile: { type: "string" },
} as const;

/** The part of a command's help that belongs to these. */
export const placeHelp = `  --url URL           read from this Throughline server (or THROUGHLINE_URL; default: the one running here,
                      else http://127.0.0.1:4318); its token comes from THROUGHLINE_TOKEN
  --loki URL, --tempo URL   read from real engines (or THROUGHLINE_LOKI_URL, THROUGHLINE_TEMPO_URL)
  --selector '{...}'  with --loki: which streams hold the sessions
  --profile NAME      with --loki and --tempo: whose names the telemetry uses (default, ameide)
`;

export interface PlaceGiven {
  readonly url?: string;
  readonly loki?: string;
  readonly tempo?: string;
  readonly selector?: string;
  readonly profile?: string;
}

export const usualUrl = "http://127.0.0.1:4318";

/** What was typed goes before what the environment says; a server before engines, where both are said alike. */
export function choosePlace(given: PlaceGiven, world: World): Place {
  const { env } = world;
  const engines = (): Place => ({
    kind: "engines",
    loki: address("--loki", given.loki ?? env["THROUGHLINE_LOKI_URL"]),
    tempo: address("--tempo", given.tempo ?? env["THROUGHLINE_TEMPO_URL"]),
    selector: given.selector,
    profile: given.profile,
  });
  const server = (url: string | undefined): Place => ({
    kind: "server",
    url: address("--url", url) ?? usualUrl,
    token: env["THROUGHLINE_TOKEN"] || undefined,
  });
  const typed = given.loki !== undefined || given.tempo !== undefined;
  if (given.url !== undefined && typed)
    throw new UsageError("--url names a Throughline server, --loki and --tempo engines: give one.");
  if (given.url !== undefined) return server(given.url);
  if (typed) return engines();
  if (env["THROUGHLINE_URL"]) return server(env["THROUGHLINE_URL"]);
  if (env["THROUGHLINE_LOKI_URL"] || env["THROUGHLINE_TEMPO_URL"]) return engines();
  return server(findAnnounced(world));
}

function address(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${name} takes an address such as ${usualUrl}, not "${text}".`);
  return url.href.replace(/\/+$/, "");
}
