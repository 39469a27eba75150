/** Queries made to hurt: each is refused or answered within bounds, and sessions stay readable meanwhile. */
import { beforeAll, describe, expect, test } from "vitest";

import { sendTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";
import { logsBody } from "../support/requests.ts";

const shared = sharedBackend();
const q = encodeURIComponent;
const form = { "content-type": "application/x-www-form-urlencoded" };

beforeAll(async () => {
  await sendTurn(shared(), "one");
  const body = logsBody({
    session: "long",
    records: 200,
    attributes: { text: "x".repeat(20_000) },
  });
  await shared().post("/v1/logs", body);
});

async function askLoki(query: string, more = ""): Promise<Response> {
  return shared().post("/loki/api/v1/query_range", `query=${q(query)}${more}`, form);
}

async function askTempo(query: string): Promise<Response> {
  return shared().get(`/tempo/api/search?q=${q(query)}`);
}

const everything = '{service_name=~".+"}';

describe("refused, with the place", () => {
  test.each([
    ["a megabyte of text", `${everything} |= "${"a".repeat(1_000_000)}"`],
    ["deep nesting", `${"(".repeat(5_000)}vector(1)${")".repeat(5_000)}`],
    ["a huge pattern", `${everything} |~ "(a{1,1000}){1,1000}"`],
    ["many patterns", `${everything}${' |~ "(a|b|c|d){100}x"'.repeat(2_000)}`],
    ["a look-behind, which is not linear", `${everything} |~ "(?<=a)b"`],
    ["too many steps", `count_over_time(${everything}[1s])`, "&start=0&end=4000000000&step=1"],
    ["an open string", `${everything} |= "a`],
    ["a null byte", `${everything}\0`],
  ])("LogQL: %s", async (_what, query, more = "") => {
    const response = await askLoki(query, more);
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(2_000);
  });

  test("a form of more than a megabyte is too large", async () => {
    expect((await askLoki("a".repeat(1_100_000))).status).toBe(413);
  });

  test.each([
    ["deep nesting", `{ ${"(".repeat(600)}true${")".repeat(600)} }`],
    ["a chain of nots", `{ ${"!".repeat(2_000)}true }`],
    ["a pattern with a back reference", '{ name =~ "(a)\\\\1" }'],
  ])("TraceQL: %s", async (_what, query) => {
    const response = await askTempo(query);
    expect(response.status).toBe(400);
  });
});

describe("answered within bounds", () => {
  test.each([
    ["a catastrophic pattern", `${everything} | text=~"(x+x+)+y"`],
    ["another on lines", `${everything} |~ "(a*)*b" |~ "([a-zA-Z]+)*$"`],
    ["all of time", everything, "&start=0&end=9223372036854775807&limit=5000"],
    ["a long chain", `${everything}${' != "zzz"'.repeat(1_000)}`],
    [
      "every trace id a series, too many of them",
      `sum by (trace_id, span_id) (rate(${everything}[1m]))`,
    ],
  ])("LogQL: %s", async (_what, query, more = "") => {
    const asked = askLoki(query, more);
    // While that is at work.
    expect(await shared().json("/api/v1/sessions/one")).toMatchObject({ spans: 4 });
    expect([200, 400]).toContain((await asked).status);
  });

  test("many at once leave sessions readable", async () => {
    const asked = Array.from({ length: 20 }, () => askLoki(`${everything} | text=~"(x+x+)+y"`));
    expect(await shared().json("/api/v1/sessions/one")).toMatchObject({ spans: 4 });
    for (const response of await Promise.all(asked)) expect([200, 429]).toContain(response.status);
  });

  test("who leaves is not worked for", async () => {
    const gone = new AbortController();
    const asked = fetch(`${shared().url}/loki/api/v1/query_range?query=${q(everything)}`, {
      signal: gone.signal,
    });
    gone.abort();
    await expect(asked).rejects.toThrow();
    expect((await askLoki(everything)).status).toBe(200);
  });
});
