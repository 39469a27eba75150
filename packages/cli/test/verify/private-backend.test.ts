import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeLogs, logsFromJson } from "@throughline/core/otlp";
import { afterAll, expect, test, vi } from "vitest";

import { startPrivateBackend } from "../../src/backend/private-backend.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-private-test-"));
vi.stubEnv("TMPDIR", folder);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("a private backend tells each request once, counts what it must refuse, and leaves nothing", async () => {
  const told: string[] = [];
  const backend = await startPrivateBackend(
    ({ body, door, signal }) => void told.push(`${signal} ${body.length} ${door}`),
    () => {},
  );
  const post = async (path: string, body: Uint8Array): Promise<number> => {
    const headers = { "content-type": "application/x-protobuf" };
    const url = `${backend.url}${path}`;
    return (await fetch(url, { method: "POST", headers, body: new Uint8Array(body) })).status;
  };
  const body = encodeLogs(
    logsFromJson({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: "1" }] }] }] }),
  );
  // An exporter that lost the answer sends the same again; what came in by another door is another's.
  const statuses = [
    await post("/v1/logs", body),
    await post("/v1/logs", body),
    await post("/run/s-1/v1/logs", body),
    await post("/v1/traces", Buffer.from("no protobuf")),
  ];
  expect(statuses).toEqual([200, 200, 200, 400]);
  const [unknown, atDoor] = [undefined, "s-1"].map((door) => `logs ${body.length} ${door}`);
  expect(told.slice(0, 2)).toEqual([unknown, atDoor]);
  expect(backend.heard).toEqual({ requests: 2, refused: 1 });
  await backend.quiet({ quietMs: 10, firstMs: 60_000, mostMs: 60_000 });
  expect(readdirSync(folder)).toHaveLength(1);
  await backend.close();
  expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
});
