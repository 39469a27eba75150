/** Ids of zeros are no ids (W3C Trace Context, OTLP). */
export const NO_TRACE_ID: string = "0".repeat(32);
export const NO_SPAN_ID: string = "0".repeat(16);
