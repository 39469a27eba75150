export { logWith, spanWith } from "./changed.ts";
export {
  createRedaction,
  type Redaction,
  type RedactionOptions,
  type Redactor,
  type Rule,
} from "./redaction.ts";
