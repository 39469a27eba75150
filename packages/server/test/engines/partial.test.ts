import { createServer } from "node:http";
import { once } from "node:events";
import { openGrafanaHome } from "@throughline/store";
import { expect, onTestFinished, test } from "vitest";

import { sendTurn } from "../support/agent.ts";
import { backend } from "../support/backend.ts";

const TEMPO = "Time ran out after 1 of 2 sessions.";
const LOKI = "One store did not answer.";

/** Our own doors, through which every search says that it is not whole. */
async function cutShort(url: string): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(url + (request.url ?? ""), {
        headers: { accept: request.headers.accept ?? "" },
      });
      const body = new Uint8Array(await answer.arrayBuffer());
      response.statusCode = answer.status;
      if (request.url?.includes("/api/search") === true)
        response.setHeader("x-throughline-partial", TEMPO);
      if (request.url?.includes("/query_range") !== true) return response.end(body);
      const said = JSON.parse(new TextDecoder().decode(body)) as object;
      return response.end(JSON.stringify({ ...said, warnings: [LOKI, LOKI] }));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

test("what an engine says of its own answer is said of what is read from it", async () => {
  const engines = await backend();
  await sendTurn(engines, "cut");
  const url = await cutShort(engines.url);
  const { reader } = openGrafanaHome({ tempo: `${url}/tempo`, loki: url });
  const since = Date.now() - 3_600_000;
  for (const answer of [
    await reader.records("cut", {}),
    await reader.search({ since }),
    await reader.findings("cut"),
  ]) {
    expect(answer?.partial).toContain(TEMPO);
    expect(answer?.partial?.split(LOKI)).toHaveLength(2);
  }
  expect(await reader.search({ since, kind: "span" })).toMatchObject({
    partial: expect.stringContaining(TEMPO),
  });
  const whole = openGrafanaHome({ tempo: `${engines.url}/tempo`, loki: engines.url });
  expect((await whole.reader.records("cut", {})).partial).toBeUndefined();
});
