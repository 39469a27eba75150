import { beforeAll, expect, test } from "vitest";

import { up, type Up } from "../backend/throughline.ts";
import type { Prepared } from "./prepare.ts";

/** Where a client sends, and to which session. */
export interface Target {
  readonly server: Up;
  readonly session: string;
}

/**
 * One test for each way a client can send. A client that this machine can't have is skipped with the reason; in CI that is
 * a failure.
 */
export function eachWay(
  prepare: () => Promise<Prepared>,
  ways: readonly string[],
  send: (client: Extract<Prepared, { run: unknown }>, way: string, to: Target) => Promise<void>,
  service: string,
): void {
  let prepared: Prepared;
  beforeAll(async () => {
    prepared = await prepare();
    if ("missing" in prepared && process.env["CI"] !== undefined) throw new Error(prepared.missing);
  });

  test.for(ways)("%s arrives without loss", async (way, { skip }) => {
    if ("missing" in prepared) {
      skip(prepared.missing);
      return;
    }
    const server = await up();
    const session = `${service} ${way}`;
    await send(prepared, way, { server, session });
    await arrived(server, session, service);
  });
}

async function arrived({ url }: Up, session: string, service: string): Promise<void> {
  const read = async (path: string): Promise<unknown> =>
    (await fetch(`${url}/api/v1/sessions/${encodeURIComponent(session)}${path}`)).json();
  await expect
    .poll(() => read(""), { timeout: 20_000 })
    .toMatchObject({ services: [service], spans: 101, logs: 50, errors: 1 });
  const { records } = (await read("/records?kind=span&limit=1000")) as { records: object[] };
  expect(records).toHaveLength(101);
  for (const record of records) {
    expect(record).toMatchObject({
      attributes: { text: "grüße", whole: 42, fraction: 0.5, yes: true, list: ["a", "b"] },
    });
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/^throughline_records_accepted_total\{signal="metrics"\} [1-9]/m);
}
