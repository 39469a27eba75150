import "../plugins/built-in.ts";

/** For hosts with an OpenTelemetry SDK of whatever line: nothing here needs one. */
export { Capture, listenAnew as capture, SessionTelemetry, Telemetry } from "./capture.ts";
export { ContractError, expectContract, type Expectations } from "./expect-contract.ts";
export { logRecordProcessor, spanProcessor } from "./listening.ts";
