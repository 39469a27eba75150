import { recordsOf } from "../home/records.ts";
import type { ExportFormat } from "./format.ts";

/** Records as the API tells them, one a line, with what is known of each: its membership, its step, its outcome. */
export const exportJsonLines: ExportFormat = async function* ({ id, reader }) {
  for await (const record of recordsOf(reader, id, {})) yield `${JSON.stringify(record)}\n`;
};
