import "../plugins/built-in.ts";

export { capture, Capture, SessionTelemetry, Telemetry } from "./capture.ts";
export { ContractError, expectContract, type Expectations } from "./expect-contract.ts";
export { logRecordProcessor, spanProcessor } from "./providers.ts";
