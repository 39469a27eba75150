import { DatabaseSync } from "node:sqlite";
import { zstdDecompressSync } from "node:zlib";
import { decodeMetrics, encodeMetrics, joinRequest } from "@throughline/core/otlp";
import type { KeyValue, MetricsRequest } from "@throughline/core/otlp";
import { expect, test } from "vitest";
import { daysIn, pathOfDay } from "../../src/embedded/days/files.ts";
import { openStore, temporaryDirectory } from "./support/store.ts";
import { delivery, spans } from "./support/telemetry.ts";

const attributes = (session: string): KeyValue[] => [
  { key: "session.id", value: { stringValue: session } },
];
const point = (session: string) => ({
  attributes: attributes(session),
  startTimeUnixNano: 1n,
  timeUnixNano: 2n,
  value: { asInt: 7 },
  exemplars: [],
  flags: 0,
});
const request: MetricsRequest = {
  resourceMetrics: [
    {
      resource: {
        attributes: [{ key: "service.name", value: { stringValue: "agent" } }],
        droppedAttributesCount: 0,
        entityRefs: [],
      },
      scopeMetrics: [
        {
          scope: { name: "meter", version: "", attributes: [], droppedAttributesCount: 0 },
          metrics: ["tokens", "cost"].map((name) => ({
            name,
            description: "",
            unit: "1",
            metadata: [],
            data: { gauge: { dataPoints: [point("s"), point("nobody's")] } },
          })),
          schemaUrl: "",
        },
      ],
      schemaUrl: "",
    },
  ],
};

test("metric points are kept as they came, and found by the sessions they carry", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await store.writer.append(spans([{ trace: "t", id: "a", session: "s" }]));
  const receipt = await store.writer.append(delivery("metrics", encodeMetrics(request), undefined));
  await store.close();
  expect(receipt).toMatchObject({ accepted: 4, rejected: 0 });

  const [day = ""] = daysIn(directory);
  const db = new DatabaseSync(pathOfDay(directory, day), { readOnly: true });
  const rows = db
    .prepare(
      `select metric.data as data, metric.points as points, resource.data as resource, scope.data as scope
       from session_metric join session on session.id = session_metric.session
       join metric on metric.id = session_metric.metric join origin on origin.id = metric.origin
       join resource on resource.id = origin.resource join scope on scope.id = origin.scope
       where session.sid = 's'`,
    )
    .all();
  const sessions = db.prepare("select count(*) as n from session").get();
  db.close();
  expect(rows).toHaveLength(1);
  // A session that only metrics speak of is none.
  expect(sessions).toEqual({ n: 1 });
  const [row] = rows;
  const bytes = joinRequest([
    {
      resource: row?.["resource"] as Uint8Array,
      scopes: [
        {
          scope: row?.["scope"] as Uint8Array,
          records: [zstdDecompressSync(row?.["data"] as Uint8Array)],
        },
      ],
    },
  ]);
  expect(row?.["points"]).toBe(4);
  expect(decodeMetrics(bytes)).toEqual(request);
});
