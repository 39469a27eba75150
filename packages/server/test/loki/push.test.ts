import { expect, test } from "vitest";
import snappy from "snappyjs";

import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();
const now = BigInt(Date.now()) * 1_000_000n;

async function push(body: string | Uint8Array, headers: Record<string, string>): Promise<Response> {
  return shared().post("/loki/api/v1/push", body, headers);
}

async function found(query: string): Promise<unknown> {
  const path = `/loki/api/v1/query_range?query=${encodeURIComponent(query)}`;
  const answer = (await shared().json(path)) as { readonly data: { readonly result: unknown } };
  return answer.data.result;
}

const json = { "content-type": "application/json" };

test("pushed JSON keeps its labels, and its session joins what else there is of it", async () => {
  const streams = [
    {
      stream: { service_name: "pushed", env: "dev" },
      values: [
        [String(now), "a line", { session_id: "of-a-push", trace_id: "ab".repeat(16), user: "u1" }],
      ],
    },
  ];
  const response = await push(JSON.stringify({ streams }), json);
  expect([response.status, await response.text()]).toEqual([204, ""]);
  expect(await found('{env="dev"} | session_id="of-a-push"')).toEqual([
    {
      stream: {
        detected_level: "unknown",
        env: "dev",
        service_name: "pushed",
        session_id: "of-a-push",
        trace_id: "ab".repeat(16),
        user: "u1",
      },
      values: [[String(now), "a line"]],
    },
  ]);
  expect(await shared().json("/api/v1/sessions/of-a-push")).toMatchObject({
    logs: 1,
    services: ["pushed"],
  });
});

test("protobuf in Snappy is what other clients send", async () => {
  const seconds = Math.floor(Date.now() / 1_000);
  const line = "hello ".repeat(100);
  const entry = field(
    2,
    join(
      field(1, number(1, seconds)),
      field(2, line),
      field(3, join(field(1, "k"), field(2, "v"))),
    ),
  );
  const body = field(1, join(field(1, '{service_name="proto", job="j"}'), entry));
  const response = await push(new Uint8Array(snappy.compress(body)), {
    "content-type": "application/x-protobuf",
  });
  expect(response.status).toBe(204);
  expect(await found('{job="j"}')).toMatchObject([
    { stream: { service_name: "proto", k: "v" }, values: [[`${seconds}000000000`, line]] },
  ]);
});

test.each([
  ["no JSON", "{", json],
  ["no streams", "{}", json],
  ["a time that is a number", '{"streams":[{"stream":{"a":"b"},"values":[[1,"x"]]}]}', json],
  ["a label that is no text", '{"streams":[{"stream":{"a":1},"values":[]}]}', json],
  ["broken Snappy", new Uint8Array([200, 1, 2, 3]), { "content-type": "application/x-protobuf" }],
  [
    "a bomb of a length",
    new Uint8Array([255, 255, 255, 15, 0]),
    { "content-type": "application/x-protobuf" },
  ],
  [
    "labels that are none",
    new Uint8Array(snappy.compress(field(1, field(1, "nonsense")))),
    { "content-type": "application/x-protobuf" },
  ],
])("%s is refused as text", async (_what, body, headers) => {
  const response = await push(body, headers);
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
});

test("OTLP is taken where exporters for Loki send it", async () => {
  for (const path of ["/otlp/v1/logs", "/loki/otlp/v1/logs"])
    expect((await shared().post(path, "{}", json)).status).toBe(200);
});

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function field(number: number, content: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(content);
  return join(Uint8Array.of((number << 3) | 2), varint(bytes.length), bytes);
}

function number(number: number, value: number): Uint8Array {
  return join(Uint8Array.of(number << 3), varint(value));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}
