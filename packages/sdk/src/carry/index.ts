export { Arrival, type Sender } from "./arrival.ts";
export { carry, type CarrierFields, type CloudEventFields, type Destination } from "./carry.ts";
export { extract } from "./extract.ts";
export { SessionPropagator, type SessionPropagatorOptions } from "./propagator.ts";
export type { Somewhere } from "./where.ts";
