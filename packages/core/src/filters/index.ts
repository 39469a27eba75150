export { type Filter, FilterFault, flag, text } from "./filter.ts";
export {
  type AttributeFilters,
  type Grammar,
  liveFilters,
  type Reading,
  readFilters,
  readRecordFilters,
  recordFilters,
  sessionFilters,
  writeFilters,
} from "./grammar.ts";
export { parseTime, timeForms } from "./time.ts";
