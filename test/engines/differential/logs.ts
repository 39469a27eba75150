import { encodeLogs, type LogRecord, type ResourceLogs } from "@throughline/core/otlp";
import { pairs, type Random, resourceOf, scopeOf, sometimes } from "./random.ts";

const SERVICES = ["a", "a", "a", "b", "c", "support-agent", "billing", "a:c"];
const LINES = 700;

/** Log records that have what the corpus of LogQL asks for, each at a time of its own; `at` begins half an hour. */
export function logs(random: Random, at: bigint): Uint8Array<ArrayBuffer> {
  const records = Array.from({ length: LINES }, (_, n) => ({
    service: random.of(SERVICES),
    log: record(random, at + BigInt(n) * 2_500_000_000n + BigInt(n) + 3_000_000n, n),
  }));
  const resourceLogs = [...Map.groupBy(records, ({ service }) => service)].flatMap(
    ([service, some]): ResourceLogs[] =>
      [0, 1].map((half) => ({
        resource: resourceOf({
          "service.name": service,
          ...(half === 1 && { "deployment.environment": "prod", "k8s.pod.name": "canary-1" }),
          "telemetry.sdk.language": "nodejs",
        }),
        scopeLogs: [
          {
            scope: scopeOf(random),
            logRecords: some.filter((_, index) => index % 2 === half).map(({ log }) => log),
            schemaUrl: "",
          },
        ],
        schemaUrl: "",
      })),
  );
  return new Uint8Array(encodeLogs({ resourceLogs }));
}

function record(random: Random, timeUnixNano: bigint, n: number): LogRecord {
  const traced = random.below(3) === 0;
  return {
    timeUnixNano,
    observedTimeUnixNano: 0n,
    severityNumber: random.of([0, 5, 9, 13, 17, 21]),
    severityText: random.of(["", "", "INFO", "Error"]),
    body: { stringValue: line(random, n) },
    attributes: pairs({
      ...sometimes(random, 2, {
        "session.id": random.of(["X", "33878ff9-1467-43ef-a692-634a21bbb1bf"]),
      }),
      ...sometimes(random, 2, { "gen_ai.tool.name": random.of(["refund", "Search"]) }),
      ...sometimes(random, 3, { "throughline.outcome": random.of(["ok", "error"]) }),
      ...sometimes(random, 3, { "gen_ai.request.model": random.of(["gpt-5.4", "claude"]) }),
      ...sometimes(random, 3, { "gen_ai.usage.output_tokens": random.below(5_000) }),
      ...sometimes(random, 3, { latency: random.of(["120ms", "1.5s", "3m"]) }),
      ...sometimes(random, 3, { size: random.of(["3KB", "20KB", "42B", "2MiB"]) }),
      ...sometimes(random, 3, { x: random.below(1_000) / 8 }),
      ...sometimes(random, 3, { duration_ms: random.below(4_000) }),
      ...sometimes(random, 3, { duration: random.of(["15ms", "11s", "2h"]) }),
      ...sometimes(random, 3, { status: random.of([200, 404, 500]) }),
      ...sometimes(random, 3, { method: random.of(["GET", "200", "POST"]) }),
      ...sometimes(random, 3, { level: random.of(["error", "info", "warn"]) }),
      ...sometimes(random, 3, { a: random.of(["1", "2"]), b: random.of(["2", "3"]) }),
      ...sometimes(random, 4, {
        c: random.of([1, 3, 5]),
        by: "x",
        ip: "10.0.0.1",
        app: "some-app",
      }),
    }),
    droppedAttributesCount: 0,
    flags: 0,
    traceId: traced ? "4acca441dba8071e51177f7c82fe0d07" : "",
    spanId: traced ? "0000000000000001" : "",
    eventName: "",
  };
}

function line(random: Random, n: number): string {
  const status = random.of([200, 404, 500]);
  switch (random.below(6)) {
    case 0:
      return `error timeout in tool call ${n} tool=refund failed`;
    case 1:
      return random.of(["exact line", "fail fast", "GET /health", "abc bbb cc", ""]);
    case 2:
      return JSON.stringify({
        level: random.of(["error", "info"]),
        status,
        response: { code: status },
        servers: ["s1", "s2"],
        tokens: random.below(100),
        cost: random.below(100) / 64,
        duration_ms: random.below(2_000),
        method: random.of(["GET", "POST"]),
        path: "/a b/c",
        tool: random.of(["refund", "search"]),
        cached: null,
        n,
        request: { headers: { "User-Agent": "curl/8" } },
      });
    case 3:
      return `level=info host=h${random.below(3)} fwd=10.0.0.1 msg="hello world" duration=3s size=20KB status=${status}`;
    case 4:
      return `10.0.0.${random.below(9)} - - [x] "GET /x/${random.below(3)} HTTP/1" ${status} 123 "-"`;
    default:
      return `\u001b[31mred\u001b[0m DEBUG step ${random.below(20)}`;
  }
}
