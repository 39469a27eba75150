import { gzipSync, zstdCompressSync } from "node:zlib";

import { logsBody, tracesBody } from "./requests.ts";

/** A request that nobody with good intentions would send. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Numbers from a seed: whatever breaks the server can be sent again. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function createHostile(seed: number): () => HostileRequest {
  const random = createRandom(seed);
  const pick = <T>(choices: readonly T[]): T => choices[random(choices.length)]!;
  const protobuf = "application/x-protobuf";
  const seeds = [
    { signal: "traces", type: protobuf, body: tracesBody(victim) },
    { signal: "logs", type: protobuf, body: logsBody({ ...victim, records: 3 }) },
    { signal: "traces", type: "application/json", body: Buffer.from(jsonTraces) },
    { signal: "metrics", type: protobuf, body: Buffer.alloc(64, 0xff) },
  ] as const;

  const mutate = (bytes: Uint8Array): Uint8Array => {
    let mutant: Buffer = Buffer.from(bytes);
    for (let times = random(3); times > 0; times--) {
      const at = random(mutant.length + 1);
      const length = random(32);
      mutant = pick<() => Buffer>([
        // Most often of the same length, so that the frame holds and what is inside gets further.
        () => flipped(mutant, at, 1 << random(8)),
        () => flipped(mutant, at, 1 << random(8)),
        () => flipped(mutant, at, random(256)),
        () => Buffer.concat([mutant.subarray(0, at), mutant.subarray(at + length)]),
        () =>
          Buffer.concat([
            mutant.subarray(0, at),
            mutant.subarray(at - length),
            mutant.subarray(at),
          ]),
        () =>
          Buffer.concat([
            mutant.subarray(0, at),
            Buffer.alloc(length, random(256)),
            mutant.subarray(at),
          ]),
        () => mutant.subarray(0, at),
        () => Buffer.concat([mutant.subarray(0, at), varint(random), mutant.subarray(at)]),
      ])();
    }
    return mutant.subarray(0, 8_192);
  };

  const otlp = (): HostileRequest => {
    const seed = pick(seeds);
    const body = mutate(seed.body);
    const { encoding, compressed } = pick(compressions)(body);
    const lies = random(8) === 0;
    return {
      method: "POST",
      path: pick([
        `/v1/${seed.signal}`,
        `/v1/${seed.signal}`,
        `/run/${pick(ids)}/v1/${seed.signal}`,
      ]),
      headers: {
        "content-type": lies ? pick(contentTypes) : seed.type,
        "content-encoding": lies ? pick(["", "gzip", "zstd", "identity", "br"]) : encoding,
      },
      body: random(16) === 0 ? mutate(compressed) : compressed,
    };
  };
  const read = (): HostileRequest => ({
    method: pick(["GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS"]),
    path: `${pick(paths).replace("ID", pick(ids))}?${pick(names)}=${pick(ids)}&${pick(names)}=${random(1e9)}`,
    headers: { "last-event-id": pick(["", "0", "9.9.9", "\u00ff"]) },
    body: new Uint8Array(0),
  });
  return () => (random(5) === 0 ? read() : otlp());
}

const victim = {
  session: "victim",
  spans: 3,
  attributes: { a: "b", "gen_ai.tool.name": "x", "gen_ai.request.model": "m" },
};

const contentTypes = ["application/x-protobuf", "application/json", "text/x", ""] as const;

interface Packed {
  readonly encoding: string;
  readonly compressed: Uint8Array;
}

const compressions = [
  (body: Uint8Array): Packed => ({ encoding: "", compressed: body }),
  (body: Uint8Array): Packed => ({ encoding: "identity", compressed: body }),
  (body: Uint8Array): Packed => ({ encoding: "gzip", compressed: gzipSync(body) }),
  (body: Uint8Array): Packed => ({ encoding: "zstd", compressed: zstdCompressSync(body) }),
] as const;

const ids = [
  "victim",
  "%00",
  "%ff%fe",
  "..",
  "%2e%2e%2f",
  "latest",
  "__proto__",
  "'%20or%201=1--",
  "%25",
  "a".repeat(300),
] as const;
const paths = [
  "/api/v1/sessions",
  "/api/v1/sessions/ID",
  "/api/v1/sessions/ID/records",
  "/api/v1/search",
  "/ID",
  "/",
  "//",
  "/run/ID/v1",
  "/metrics",
] as const;
const names = [
  "since",
  "until",
  "limit",
  "cursor",
  "grep",
  "turn",
  "level",
  "kind",
  "sort",
  "attr.x",
  "__proto__",
  "%zz",
] as const;

const jsonTraces = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"x"}}]},"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"n","startTimeUnixNano":"1795276707660000000","endTimeUnixNano":"1795276707670000000","attributes":[{"key":"session.id","value":{"stringValue":"victim"}},{"key":"deep","value":{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"intValue":"7"},{"doubleValue":1.5}]}}}]}}}]}]}]}]}`;

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ bit;
  return copy;
}

/** Lengths that claim what is not there. */
function varint(random: (below: number) => number): Buffer {
  return Buffer.from(Array.from({ length: 1 + random(10) }, () => 0x80 | random(128)));
}
