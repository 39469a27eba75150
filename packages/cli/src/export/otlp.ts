import { decodeLogs, decodeTraces, logsToJson, tracesToJson } from "@throughline/core/otlp";

import type { ExportFormat } from "./format.ts";

/** Export requests as JSON, one a line: what the collector's file exporter writes, and `import` and `verify --file` read. */
export const exportOtlp: ExportFormat = async function* ({ id, reader }) {
  for await (const { body, signal } of reader.otlp(id)) {
    const json =
      signal === "traces" ? tracesToJson(decodeTraces(body)) : logsToJson(decodeLogs(body));
    yield `${JSON.stringify(json)}\n`;
  }
};
