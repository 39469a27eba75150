export { logWith, spanWith } from "./changed.ts";
export { contentKind, type ContentKind } from "./content-keys.ts";
export {
  createRedaction,
  type Redaction,
  type RedactionOptions,
  type Redactor,
} from "./redaction.ts";
