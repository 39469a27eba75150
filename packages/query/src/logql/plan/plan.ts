import type { Steps } from "../../metrics/steps.ts";
import type { LogExpression, MetricExpression } from "../tree.ts";
import type { LogFetch } from "./fetch.ts";

interface Plan {
  readonly language: "logql";
  /** Entries before `startNs`, or at `endNs` and later, are out. */
  readonly window: { readonly startNs: bigint; readonly endNs: bigint };
  /** An entry matters if one of these describes it. Whatever else is fed does no harm: everything is looked at again. */
  readonly fetch: readonly LogFetch[];
}

export interface LogqlLogsPlan extends Plan {
  readonly kind: "logs";
  readonly query: LogExpression;
  readonly limit: number;
  readonly direction: "backward" | "forward";
}

export interface LogqlMetricsPlan extends Plan {
  readonly kind: "metrics";
  readonly query: MetricExpression;
  /** One step for an instant query. */
  readonly steps: Steps;
  readonly limits: { readonly maxSeries: number; readonly maxCells: number };
}

export type LogqlPlan = LogqlLogsPlan | LogqlMetricsPlan;
