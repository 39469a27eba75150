export { captureConsole } from "./console.ts";
export { joinLogsApis } from "./join-apis.ts";
export { lineFields, logHook, pinoMixin, winstonFormat, type LineFields } from "./line-fields.ts";
export { LogToSpanProcessor } from "./log-to-span.ts";
export { SessionLogFiles, type SessionLogFilesOptions } from "./session-files.ts";
