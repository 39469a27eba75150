import { attr } from "@throughline/core";
import { decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";

import type { Chunk } from "../export/chunk.ts";
import { Tally } from "../export/health.ts";
import { Intake } from "../export/intake.ts";
import { settingsFrom } from "../export/settings.ts";
import { currentSettings } from "../settings.ts";

const maxValueBytes = 65_536;

/** What was told, the way a collector would have it: redacted, encoded as OTLP, and read back. */
export class Memory {
  readonly intake: Intake;
  readonly #chunks: Chunk[] = [];
  readonly #records: TelemetryRecord[] = [];

  constructor() {
    const { capture, instanceId } = currentSettings();
    this.intake = new Intake({
      settings: settingsFrom({ env: {} }),
      redaction: { capture, maxValueBytes, redactor: undefined },
      defaults: { [attr.serviceInstanceId]: instanceId, [attr.contentCapture]: capture },
      tally: new Tally(),
      journal: undefined,
      out: (chunk) => void this.#chunks.push(chunk),
      flush: async () => {},
      closed: () => {},
    });
  }

  /** All that ended so far. */
  records(): readonly TelemetryRecord[] {
    this.intake.cutNow();
    for (const { signal, body } of this.#chunks.splice(0)) {
      const request = signal === "traces" ? decodeTraces(body) : decodeLogs(body);
      this.#records.push(...recordsOf(request));
    }
    return [...this.#records];
  }

  clear(): void {
    this.records();
    this.#records.length = 0;
  }
}
