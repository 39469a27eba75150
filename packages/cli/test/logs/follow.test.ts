import { setTimeout as pause } from "node:timers/promises";
import type { Delivery } from "@throughline/store";
import { expect, test } from "vitest";

import { Story } from "../../../store/test/conformance/story.ts";
import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";

const restarts = 20;
const lines = 5_000;
const perRequest = 20;

/** As an exporter does: the same bytes until they are acknowledged. */
async function deliver(backend: TestBackend, delivery: Delivery): Promise<void> {
  for (;;) {
    try {
      return await backend.deliver(delivery);
    } catch {
      await pause(5);
    }
  }
}

// grafana/loki#3387, #8692 and #21232: lines lost or told twice where a tail connects again.
test(`logs -f shows ${lines} lines through ${restarts} restarts of the server, each once`, async () => {
  const backend = await openBackend();
  try {
    const story = new Story();
    const session = story.session("followed");
    const requests = Array.from({ length: lines / perRequest }, (_, request) =>
      story.deliveries(
        Array.from({ length: perRequest }, (_unused, n) => ({
          log: "",
          session,
          body: `line ${request * perRequest + n}`,
          at: request,
        })),
      ),
    ).flat();
    const [first, ...rest] = requests;
    if (first !== undefined) await backend.deliver(first);

    const stop = Promise.withResolvers<"SIGINT">();
    const shown: string[] = [];
    const following = command(["logs", session, "-f", "--url", backend.url], {
      stopAsked: () => stop.promise,
      out: (text) => {
        for (const each of text.trim().split("\n"))
          shown.push((JSON.parse(each) as { line: string }).line);
      },
    });
    const sending = (async () => {
      for (const delivery of rest) await deliver(backend, delivery);
    })();
    for (let n = 1; n <= restarts; n++) {
      // Somewhere in the midst of it, again and again.
      const reached = Math.min((lines / (restarts + 1)) * n, lines - perRequest);
      while (shown.length < reached) await pause(2);
      await backend.restart();
    }
    await sending;
    await expect.poll(() => shown.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(lines);
    // Whoever tells something twice does it right after connecting.
    await pause(200);
    stop.resolve("SIGINT");
    const { code, err } = await following;
    expect(code).toBe(130);
    expect(err).toContain("connected again");
    expect(shown).toHaveLength(lines);
    expect(new Set(shown)).toEqual(new Set(Array.from({ length: lines }, (_, n) => `line ${n}`)));
  } finally {
    await backend.close();
  }
}, 120_000);
