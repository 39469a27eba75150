import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

import { directory, up } from "./throughline.ts";

const tiny = (path: string) => [
  "unshare",
  "--user",
  "--map-root-user",
  "--mount",
  "sh",
  "-c",
  `mount -t tmpfs -o size=6m tmpfs "${path}" && exec "$@"`,
  "sh",
];

const possible =
  spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** A real file system of 6 MB that only the server sees. */
test.skipIf(!possible)(
  "a full disk is a 503 with Retry-After; what was kept stays readable",
  async () => {
    const data = await directory();
    const server = await up([], data, tiny(data));
    let kept = 0;
    let refused: Response | undefined;
    while (refused === undefined && kept < 500) {
      const response = await post(server.url, kept);
      if (response.status === 200) kept++;
      else refused = response;
    }
    expect(refused?.status).toBe(503);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused?.json()).toMatchObject({
      code: 14,
      message: expect.stringMatching(/disk/),
    });
    expect(kept).toBeGreaterThan(0);

    const session: unknown = await (await fetch(`${server.url}/api/v1/sessions/full`)).json();
    expect(session).toMatchObject({ spans: kept });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    server.child.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
  },
);

function post(url: string, n: number): Promise<Response> {
  const id = (n + 1).toString(16).padStart(16, "0");
  const now = `${Date.now()}000000`;
  // Random text: what compresses well would fill no disk.
  const filler = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString("base64");
  const attributes = [
    { key: "session.id", value: { stringValue: "full" } },
    { key: "filler", value: { stringValue: filler } },
  ];
  const span = {
    traceId: id + id,
    spanId: id,
    name: "w",
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
  return fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, attributes }] }] }],
    }),
  });
}
