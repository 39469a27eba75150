export {
  InvalidQueryError,
  QueryError,
  sayFault,
  UnsupportedQueryError,
  type QueryFault,
  type QueryFaultKind,
} from "./text/fault.ts";
export { parseDuration, writeDuration } from "./text/quantities.ts";
