export { type ExportedSession, exportPage, PageNotBuilt } from "./export-page.ts";
