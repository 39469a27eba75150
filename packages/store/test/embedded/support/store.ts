import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished, vi } from "vitest";
import type { Delivery, Receipt } from "../../../src/home.ts";
import { daysIn, pathOfDay } from "../../../src/embedded/days/files.ts";
import {
  type EmbeddedOptions,
  type EmbeddedWriter,
  openEmbeddedWriter,
} from "../../../src/embedded/open.ts";

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "throughline-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function openStore(
  directory: string,
  options: Partial<EmbeddedOptions> = {},
): Promise<EmbeddedWriter> {
  const store = await openEmbeddedWriter({ gatherMs: 2, ...options, directory });
  onTestFinished(() => store.close());
  return store;
}

/** One after the other, each acknowledged before the next is sent. */
export async function appendInTurn(
  store: EmbeddedWriter,
  deliveries: readonly Delivery[],
): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (const delivery of deliveries) receipts.push(await store.writer.append(delivery));
  return receipts;
}

/** All at once: the writer groups them as it likes. */
export function appendTogether(
  store: EmbeddedWriter,
  deliveries: readonly Delivery[],
): Promise<Receipt[]> {
  return Promise.all(deliveries.map((delivery) => store.writer.append(delivery)));
}

/** Resolves once no session waits for a recount. */
export async function settled(directory: string): Promise<void> {
  await vi.waitFor(
    () => {
      for (const day of daysIn(directory)) {
        const db = new DatabaseSync(pathOfDay(directory, day), { readOnly: true });
        const waiting = db.prepare("select count(*) as n from session where unsettled = 1").get();
        db.close();
        const sessions = Number(waiting?.["n"]);
        if (sessions > 0) throw new Error(`${sessions} sessions wait for a recount`);
      }
    },
    { timeout: 20_000, interval: 50 },
  );
}
