import type { TimeWindow } from "@throughline/store";

import { nowNs, type Parameters } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";

export const hour = 3_600_000_000_000n;

export function windowOf(parameters: Parameters, defaultNs: bigint): TimeWindow {
  const endNs = parameters.time("end") ?? nowNs();
  const since = parameters.duration("since") ?? defaultNs;
  const startNs = parameters.time("start") ?? (endNs > since ? endNs - since : 0n);
  if (endNs < startNs) throw new Refusal("bad_parameter", `"end" must not be before "start".`);
  return { startNs, endNs };
}
