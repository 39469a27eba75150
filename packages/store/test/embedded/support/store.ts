import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Delivery, Receipt } from "../../../src/home.ts";
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
