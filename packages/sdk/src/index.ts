import "./plugins/built-in.ts";

export {
  action,
  agent,
  currentSession,
  currentTurn,
  hook,
  llm,
  log,
  sidecar,
  tool,
  turn,
} from "./ambient.ts";
export {
  Arrival,
  carry,
  extract,
  SessionPropagator,
  type CarrierFields,
  type CloudEventFields,
  type Destination,
  type Sender,
  type SessionPropagatorOptions,
  type Somewhere,
} from "./carry/index.ts";
export {
  Action,
  Agent,
  Approval,
  Execution,
  Hook,
  LlmCall,
  Place,
  Sidecar,
  StepHandle,
  ToolCall,
  Turn,
} from "./handles/handles.ts";
export type {
  ActionOptions,
  AgentOptions,
  ApprovalOptions,
  HookOptions,
  LlmOptions,
  RetriedLlmOptions,
  Retry,
  SidecarOptions,
  ToolOptions,
  TurnOptions,
} from "./handles/options.ts";
export { health, type Counters, type Health } from "./health.ts";
export type { EventName, Events, Phase } from "./hooks/channels.ts";
export { unplug, use, type Plugin } from "./hooks/plugin.ts";
export {
  sessionOfSpan,
  type AgentRun,
  type Channel,
  type Identity,
  type TurnIds,
} from "./identity.ts";
export type { Log, LogAttributes, Severity } from "./log/log.ts";
export { BudgetExceeded, budgets, type BudgetOptions, type Limits } from "./plugins/budgets.ts";
export { cost } from "./plugins/cost.ts";
export { failureLogs } from "./plugins/failures.ts";
export { genAiMetrics, type GenAiMetricsOptions } from "./plugins/gen-ai-metrics.ts";
export type { ModelCall } from "./plugins/model-calls.ts";
export { genAiPrices, type Price, type PricedCall } from "./plugins/prices.ts";
export { resume, session, type ResumeOptions, type SessionOptions } from "./session/open.ts";
export { Session } from "./session/session.ts";
export { configure, type Settings, type TraceShape } from "./settings.ts";
export { SessionIdGenerator, type IdGenerator } from "./stamp/id-generator.ts";
export { SessionLogRecordProcessor } from "./stamp/log-processor.ts";
export { protect } from "./stamp/protect.ts";
export type { LogRecordProcessor, SpanProcessor } from "./stamp/readable.ts";
export { SessionSampler, type Sampler } from "./stamp/sampler.ts";
export { SessionSpanProcessor } from "./stamp/span-processor.ts";
export type { StepOptions } from "./step/begin.ts";
export type { Details, ModelRequest, ModelResponse, Usage } from "./step/details.ts";
export type { Step } from "./step/step.ts";
