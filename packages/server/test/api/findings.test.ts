import { expect, test } from "vitest";

import { sharedBackend } from "../support/backend.ts";
import { logsBody, tracesBody } from "../support/requests.ts";

interface Verdict {
  readonly findings: readonly { readonly rule: string; readonly level: string }[];
  readonly summary: { readonly records: number };
}

const shared = sharedBackend();

async function verdict(id: string): Promise<Verdict> {
  return (await shared().json(`/api/v1/sessions/${id}/findings`)) as Verdict;
}

test("a log record of a session that stands in no trace is found, with its record", async () => {
  const server = shared();
  await server.post("/v1/logs", logsBody({ session: "loose", records: 3 }));
  const { findings, summary } = await verdict("loose");
  expect(summary).toMatchObject({ records: 3, logs: 3, sessions: 1, findings: { violation: 1 } });
  expect(findings).toMatchObject([
    { rule: "C03", level: "violation", service: "shop-agent", count: 3, fix: expect.any(String) },
  ]);
  const page = (await server.json("/api/v1/sessions/loose/records")) as {
    records: { record_id: string }[];
  };
  const ids = page.records.map(({ record_id }) => record_id);
  const [first] = findings as unknown as { examples: { record_id: string }[] }[];
  expect(ids).toContain(first?.examples[0]?.record_id);
});

test("what was found is kept with the session, for the list to show", async () => {
  const server = shared();
  await server.post("/v1/logs", logsBody({ session: "noted" }));
  await verdict("noted");
  await expect
    .poll(() => server.json("/api/v1/sessions/noted"))
    .toMatchObject({ findings: { violation: 1 } });
});

test("what may still come is not missing while the session goes on", async () => {
  const server = shared();
  const parent = "00f067aa0ba902b7";
  await server.post("/v1/traces", tracesBody({ session: "waiting", parent }));
  const rules = (await verdict("waiting")).findings.map(({ rule }) => rule);
  expect(rules).not.toContain("C05");
});

test("nobody's findings are a 404", async () => {
  expect((await shared().get("/api/v1/sessions/nobody/findings")).status).toBe(404);
});
