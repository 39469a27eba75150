export { start, type StartOptions, type Telemetry } from "./start.ts";
