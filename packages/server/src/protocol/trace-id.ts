import type { Visit } from "../door/visit.ts";
import { unreadable } from "./parameters.ts";

/** The trace that a path names; as elsewhere, zeros in front may be left out. */
export function traceIdOf({ captured }: Visit): string {
  const given = captured[0] ?? "";
  if (!/^[0-9a-f]{1,32}$/i.test(given))
    throw unreadable("trace id", given, "up to 32 hexadecimal digits");
  return given.toLowerCase().padStart(32, "0");
}
