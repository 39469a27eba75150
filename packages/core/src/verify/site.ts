import { type CodeLocation, codeLocation } from "../code-location.ts";
import type { TelemetryRecord } from "../record/record.ts";
import type { StepKind } from "../vocabulary.ts";
import type { Emitter } from "./emitter.ts";

/** Where in an emitter records come from: what many of them have in common, kept once. */
export interface Site {
  readonly emitter: Emitter;
  readonly scope: string;
  readonly name: string;
  readonly step: StepKind | undefined;
  /** The key that the session stands under, if the reader says so. */
  readonly sessionSource: string | undefined;
  readonly code: CodeLocation | null;
}

/** Names with ids in them would otherwise be remembered for ever. */
const REMEMBERED = 10_000;

export class Sites {
  /** By name, the last of each. */
  readonly #known = new Map<string, Site>();

  of(
    record: TelemetryRecord,
    emitter: Emitter,
    step: StepKind | undefined,
    sessionSource: string | undefined,
    saysCode: boolean,
  ): Site {
    const name = nameOf(record);
    const scope = record.scope.name;
    const code = saysCode ? codeLocation(record.attributes) : null;
    const known = this.#known.get(name);
    if (
      known !== undefined &&
      known.emitter === emitter &&
      known.step === step &&
      known.scope === scope &&
      known.sessionSource === sessionSource &&
      isSame(known.code, code)
    )
      return known;
    const site: Site = { emitter, scope, name, step, sessionSource, code };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(name, site);
    return site;
  }
}

function nameOf(record: TelemetryRecord): string {
  if (record.kind === "span") return record.name;
  return record.eventName === "" ? "log record" : record.eventName;
}

function isSame(one: CodeLocation | null, other: CodeLocation | null): boolean {
  if (one === null || other === null) return one === other;
  return one.line === other.line && one.file === other.file && one.function === other.function;
}
