import "../plugins/built-in.ts";

import { listenAnew, type Capture } from "./capture.ts";
import { setUpOnce } from "./set-up.ts";

/**
 * Keeps in memory what the process tells from now on: one line at the beginning of a test. OpenTelemetry is set up for the
 * process unless it is already; whoever captured before hears no more, and sessions begin anew.
 */
export function capture(): Capture {
  setUpOnce();
  return listenAnew();
}

export { Capture, SessionTelemetry, Telemetry } from "./capture.ts";
export { ContractError, expectContract, type Expectations } from "./expect-contract.ts";
export { logRecordProcessor, spanProcessor } from "./listening.ts";
