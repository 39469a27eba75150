export { instrument, type Instrumented, type Providers } from "./instrument.ts";
export { modelFetch, type Fetch, type ModelFetchOptions } from "./model-fetch.ts";
export { ProviderSpanProcessor } from "./span-processor.ts";
export { wrap } from "./wrap.ts";
