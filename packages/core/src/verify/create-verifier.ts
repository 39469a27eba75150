import type { TelemetryRecord } from "../record/record.ts";
import { Emitters, type Tally } from "./emitter.ts";
import { Fact, type Origin } from "./fact.ts";
import type { VerifyReport } from "./finding.ts";
import { Eye } from "./glance.ts";
import { Ledger } from "./ledger.ts";
import { countLevels } from "./order.ts";
import type { RecordCheck, RecordView, Rule } from "./rule.ts";
import { rules } from "./rules.ts";
import type { Series } from "./series.ts";
import { type Settings, settingsOf, type VerifierOptions } from "./settings.ts";
import { Sites } from "./site.ts";
import { Tracker } from "./tracker.ts";

/**
 * Proves the contract over a stream of records in any order. Each record is seen once; what can only be said of a whole
 * trace or session is said when it is decided: at the end of the data (a file), when its session has ended or was silent
 * for long enough (a live source, see advance), or when too much is open at once.
 */
export interface Verifier {
  add(record: TelemetryRecord, origin?: Origin): void;
  /** Metrics and stream labels, of which only the keys matter (C02). */
  addSeries(series: Series): void;
  /** Tells a live verifier the time, on any clock that runs forward, and decides the sessions that ended or fell silent. */
  advance(nowMs: number): void;
  /** Decides one session now. */
  settle(session: string): void;
  /** What was found so far. */
  report(): VerifyReport;
  /** Decides everything: the data is complete. */
  finish(): VerifyReport;
}

export function createVerifier(options: VerifierOptions = {}): Verifier {
  return new RuleEngine(settingsOf(options));
}

const spanChecks = checksOf(({ record, span }) => span ?? record);
const logChecks = checksOf(({ log, record }) => log ?? record);

interface Check<Kind> {
  readonly rule: Rule;
  readonly check: RecordCheck<Kind>;
}

function checksOf<Kind>(
  checkOf: (rule: Rule) => RecordCheck<Kind> | undefined,
): readonly Check<Kind>[] {
  return rules.flatMap((rule) => {
    const check = checkOf(rule);
    return check === undefined ? [] : [{ rule, check }];
  });
}

class RuleEngine implements Verifier {
  readonly #settings: Settings;
  readonly #ledger: Ledger;
  readonly #emitters: Emitters;
  readonly #tracker: Tracker;
  readonly #eye: Eye;
  readonly #view: RecordView;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#ledger = new Ledger(settings.levels);
    this.#emitters = new Emitters(settings);
    this.#tracker = new Tracker(settings, this.#ledger);
    this.#eye = new Eye(settings.secretsIn);
    this.#view = { glance: this.#eye, settings, sites: new Sites() };
  }

  add(record: TelemetryRecord, origin: Origin = {}): void {
    const eye = this.#eye;
    eye.look(record);
    const emitter = this.#emitters.of(record.resource);
    const fact = new Fact(record, emitter, this.#view, origin);
    count(emitter.tally, fact);
    if (record.kind === "span") this.#check(spanChecks, record, fact);
    else this.#check(logChecks, record, fact);
    this.#tracker.add(record, fact, eye.bytes);
  }

  #check<Kind>(checks: readonly Check<Kind>[], record: Kind, fact: Fact): void {
    for (const { check, rule } of checks) {
      const faults = check(record, fact, this.#view);
      if (faults.length > 0) for (const fault of faults) this.#ledger.add(rule, fault);
    }
  }

  addSeries(series: Series): void {
    for (const rule of rules)
      for (const fault of rule.series?.(series, this.#settings) ?? [])
        this.#ledger.add(rule, fault);
  }

  advance(nowMs: number): void {
    this.#tracker.advance(nowMs);
  }

  settle(session: string): void {
    this.#tracker.settle(session);
  }

  finish(): VerifyReport {
    this.#tracker.settleAll();
    return this.report();
  }

  report(): VerifyReport {
    const findings = this.#ledger.findings();
    const services = this.#emitters.tallies();
    const spans = services.reduce((sum, tally) => sum + tally.spans, 0);
    const logs = services.reduce((sum, tally) => sum + tally.logs, 0);
    return {
      findings,
      summary: {
        records: spans + logs,
        spans,
        logs,
        ...this.#tracker.summary(),
        findings: countLevels(findings),
        services,
      },
    };
  }
}

function count(tally: Tally, { kind, step }: Fact): void {
  if (kind === "log") tally.logs++;
  else {
    tally.spans++;
    if (step === "llm") tally.calls++;
    else if (step === "tool") tally.tools++;
  }
}
