import type { TimeWindow } from "@throughline/store";

import { nowNs, type Parameters, unreadable } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";

const second = 1_000_000_000n;

/** Searches take whole seconds, both ends or none; none means the last `defaultNs`. */
export function searchWindow(parameters: Parameters, defaultNs: bigint): TimeWindow {
  const since = parameters.duration("since");
  const now = nowNs();
  if (since !== undefined) return { startNs: positive(now - since), endNs: now };
  const [start, end] = [seconds(parameters, "start"), seconds(parameters, "end")];
  if (start === undefined && end === undefined)
    return { startNs: positive(now - defaultNs), endNs: now };
  if (start === undefined || end === undefined)
    throw new Refusal("bad_parameter", `"start" and "end" go together.`);
  if (end <= start) throw new Refusal("bad_parameter", `"end" must be later than "start".`);
  return { startNs: start * second, endNs: end * second };
}

function seconds(parameters: Parameters, name: string): bigint | undefined {
  const value = parameters.text(name);
  if (value === undefined) return undefined;
  // Real servers read 32 bits here; 0 means that it is not given.
  if (!/^\d{1,10}$/.test(value) || Number(value) > 2 ** 32 - 1)
    throw unreadable(name, value, "whole seconds since 1970");
  return Number(value) === 0 ? undefined : BigInt(value);
}

function positive(ns: bigint): bigint {
  return ns < 0n ? 0n : ns;
}
