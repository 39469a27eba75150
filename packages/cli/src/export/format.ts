import type { SessionReader } from "@throughline/store";

export interface ExportSource {
  readonly reader: SessionReader;
  /** The session's own id. */
  readonly id: string;
}

/** One way to write a session down: piece by piece, so that a large one costs no memory. */
export type ExportFormat = (source: ExportSource) => AsyncIterable<string>;

/** By the name that `-o` takes; each is loaded when asked for. */
export const formats: Readonly<Record<string, () => Promise<ExportFormat>>> = {
  otlp: async () => (await import("./otlp.ts")).exportOtlp,
  jsonl: async () => (await import("./jsonl.ts")).exportJsonLines,
  html: async () => (await import("../backend/export-html.ts")).exportHtml,
};
