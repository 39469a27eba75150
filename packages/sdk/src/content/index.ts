export { logWith, spanWith } from "./changed.ts";
export { createRedaction, type Redaction, type Redactor, type Rule } from "./redaction.ts";
