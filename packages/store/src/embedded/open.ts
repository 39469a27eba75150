import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { FindingCounts } from "@throughline/core/session";
import type { SessionWriter } from "../home.ts";
import type { CommitMeasure, StoreMeasures } from "../measures.ts";
import { lockDirectory } from "./lock.ts";
import type { Day } from "./days/day.ts";
import type { CommitNotice } from "./write/protocol.ts";
import { startWriter } from "./write/start.ts";

export interface EmbeddedOptions {
  readonly directory: string;
  /** Days older than this are dropped. */
  readonly retentionMs?: number | undefined;
  /** Oldest days are dropped while all files together are larger. */
  readonly maxBytes?: number | undefined;
  /** Bytes of deliveries that may wait for their commit; beyond them `append` refuses with `busy`. */
  readonly maxWaitingBytes?: number;
  readonly gatherMs?: number;
  readonly quietMs?: number;
  /** Bound on a day's file in pages: a full disk that tests can have. */
  readonly maxPages?: number;
  /** One line for the person who runs this: a day dropped, a file set aside. */
  readonly report?: (line: string) => void;
}

/** What the write side offers to the rest of the embedded home. */
export interface EmbeddedWriter {
  readonly writer: SessionWriter;
  readonly directory: string;
  /** The days there are, oldest first. */
  days(): readonly Day[];
  /** Called after each commit, and whenever days came or went; gives the way to stop it. */
  onCommit(listener: (notice: CommitNotice) => void): () => void;
  onMeasure(listener: (commit: CommitMeasure) => void): () => void;
  waiting(): ReturnType<StoreMeasures["queue"]>;
  onDays(listener: (days: readonly Day[]) => void): () => void;
  /** Keeps what a verification of a session found, for lists to show; `at` in the row says how old it is. */
  noteFindings(session: string, findings: FindingCounts): void;
  /** A reader met damage: the day is set aside, and `onDays` says so. */
  setAside(day: Day, why: string): void;
  /** Writes what waits, and gives the directory free. */
  close(): Promise<void>;
}

/** Opens a data directory to write; rejects with a StoreRefusal when another process has it. */
export async function openEmbeddedWriter(options: EmbeddedOptions): Promise<EmbeddedWriter> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(directory);
  try {
    const writing = await startWriter({ ...options, directory });
    let closed: Promise<void> | undefined;
    return {
      ...writing,
      directory,
      close: () => (closed ??= writing.close().then(() => lock.release())),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
