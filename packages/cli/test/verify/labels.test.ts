import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";

import { verifyLabels } from "../../src/verify/sources/labels.ts";

/** Loki, as far as its labels go. */
async function loki(labels: readonly string[]): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://loki");
    const isAsked = pathname === "/loki/api/v1/labels" && searchParams.get("start") === "1000000";
    const body = JSON.stringify({ status: "success", data: labels });
    response.writeHead(isAsked ? 200 : 404, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

const place = (url: string) =>
  ({
    kind: "engines",
    loki: url,
    tempo: undefined,
    selector: undefined,
    profile: undefined,
  }) as const;

test.each(["session_id", "session.id", "ameide_session_id"])(
  "a stream label %s breaks C02",
  async (label) => {
    const { findings } = await verifyLabels(place(await loki(["service_name", label])), 1);
    expect(findings).toMatchObject([{ rule: "C02", fault: "leaking", name: `label ${label}` }]);
  },
);

test("labels of resources break nothing", async () => {
  const { findings } = await verifyLabels(
    place(await loki(["service_name", "cluster", "level"])),
    1,
  );
  expect(findings).toEqual([]);
});
