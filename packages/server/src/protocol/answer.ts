import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { reply, type Visit } from "../door/visit.ts";

const compress = promisify(gzip);

/** Below this a packet is a packet. */
const worthIt = 1_024;

/** An answer of the Tempo or Loki door, compressed where that is wanted. */
export async function answer(
  { request, response }: Visit,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  const wanted = request.headers["accept-encoding"] ?? "";
  if (bytes.length < worthIt || !/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(wanted)) {
    reply(response, 200, type, bytes, headers);
    return;
  }
  reply(response, 200, type, await compress(bytes, { level: 1 }), {
    ...headers,
    "content-encoding": "gzip",
    vary: "accept-encoding",
  });
}

export async function answerJson(
  visit: Visit,
  value: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<void> {
  await answer(visit, "application/json; charset=utf-8", JSON.stringify(value), headers);
}

export async function answerText(visit: Visit, text: string): Promise<void> {
  await answer(visit, "text/plain; charset=utf-8", text);
}

/** What was cut short says so in a header where the protocol has no place for it. */
export function saidPartial(partial: string | undefined): Readonly<Record<string, string>> {
  return partial === undefined ? {} : { "x-throughline-partial": partial };
}
