export { catalogue, type CatalogueEntry, type RefusalCode } from "./refusal/catalogue.ts";
export { Refusal } from "./refusal/refusal.ts";
export { defaultReceiveLimits, type ReceiveLimits } from "./receive/limits.ts";
export { serve, type LiveLimits, type ServeOptions, type Serving } from "./serve.ts";
