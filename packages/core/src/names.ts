/**
 * Every name of the contract that code writes or reads, kept equal to contract/keys.json by a test.
 *
 * A constant is called what its wire name says: `throughline.` falls away, `gen_ai.` stays, the rest is camel case.
 */
export const attr = {
  sessionId: "session.id",
  sessionPreviousId: "session.previous_id",
  channelType: "throughline.channel.type",
  channelId: "throughline.channel.id",
  step: "throughline.step",
  outcome: "throughline.outcome",
  turnId: "throughline.turn.id",
  turnIndex: "throughline.turn.index",
  agentRunId: "throughline.agent.run_id",
  agentParentRunId: "throughline.agent.parent_run_id",
  llmAttempt: "throughline.llm.attempt",
  llmRetryReason: "throughline.llm.retry_reason",
  approvalDecision: "throughline.approval.decision",
  approvalSource: "throughline.approval.source",
  toolArgumentsSize: "throughline.tool.arguments.size",
  toolArgumentsSha256: "throughline.tool.arguments.sha256",
  costAmount: "throughline.cost.amount",
  costCurrency: "throughline.cost.currency",
  costSource: "throughline.cost.source",
  budgetKind: "throughline.budget.kind",
  budgetScope: "throughline.budget.scope",
  budgetLimit: "throughline.budget.limit",
  budgetSpent: "throughline.budget.spent",
  logSeverity: "throughline.log.severity",
  logBody: "throughline.log.body",
  delegationId: "throughline.delegation.id",
  delegationAgent: "throughline.delegation.agent",
  delegationReason: "throughline.delegation.reason",
  link: "throughline.link",
  door: "throughline.door",
  contentCapture: "throughline.content.capture",
  spanName: "throughline.span.name",
  spanKind: "throughline.span.kind",
  spanParentId: "throughline.span.parent_id",
  spanStartTimeUnixNano: "throughline.span.start_time_unix_nano",
  genAiConversationId: "gen_ai.conversation.id",
  genAiAgentName: "gen_ai.agent.name",
  genAiOperationName: "gen_ai.operation.name",
  genAiProviderName: "gen_ai.provider.name",
  genAiRequestModel: "gen_ai.request.model",
  genAiRequestMaxTokens: "gen_ai.request.max_tokens",
  genAiRequestTemperature: "gen_ai.request.temperature",
  genAiRequestTopP: "gen_ai.request.top_p",
  genAiRequestStream: "gen_ai.request.stream",
  genAiResponseId: "gen_ai.response.id",
  genAiResponseModel: "gen_ai.response.model",
  genAiResponseFinishReasons: "gen_ai.response.finish_reasons",
  genAiResponseTimeToFirstChunk: "gen_ai.response.time_to_first_chunk",
  genAiUsageInputTokens: "gen_ai.usage.input_tokens",
  genAiUsageOutputTokens: "gen_ai.usage.output_tokens",
  genAiUsageCacheReadInputTokens: "gen_ai.usage.cache_read.input_tokens",
  genAiUsageCacheWriteInputTokens: "gen_ai.usage.cache_write.input_tokens",
  genAiUsageReasoningOutputTokens: "gen_ai.usage.reasoning.output_tokens",
  genAiToolName: "gen_ai.tool.name",
  genAiToolCallId: "gen_ai.tool.call.id",
  genAiToolType: "gen_ai.tool.type",
  genAiToolDescription: "gen_ai.tool.description",
  genAiToolCallArguments: "gen_ai.tool.call.arguments",
  genAiToolCallResult: "gen_ai.tool.call.result",
  genAiToolDefinitions: "gen_ai.tool.definitions",
  genAiInputMessages: "gen_ai.input.messages",
  genAiOutputMessages: "gen_ai.output.messages",
  genAiSystemInstructions: "gen_ai.system_instructions",
  errorType: "error.type",
  serviceName: "service.name",
  serviceInstanceId: "service.instance.id",
} as const;

/** OTLP EventName of the log events. */
export const eventNames = {
  sessionStart: "session.start",
  sessionEnd: "session.end",
  spanStart: "throughline.span.start",
  compaction: "throughline.compaction",
  budgetExceeded: "throughline.budget.exceeded",
  delegationStart: "throughline.delegation.start",
  delegationProgress: "throughline.delegation.progress",
  delegationEnd: "throughline.delegation.end",
  delegationRejected: "throughline.delegation.rejected",
  genAiClientInferenceOperationDetails: "gen_ai.client.inference.operation.details",
} as const;

/** Fields of a JSON log line, and of payload and event-envelope messages. */
export const logFields = {
  sessionId: "session_id",
  traceId: "trace_id",
  spanId: "span_id",
} as const;

/** Text fields that carry identity: HTTP headers, gRPC metadata, queue and CloudEvents attributes, MCP and A2A metadata. */
export const carrierFields = {
  traceparent: "traceparent",
  tracestate: "tracestate",
  baggage: "baggage",
  /** CloudEvents extension attributes are lower-case letters and digits only. */
  sessionid: "sessionid",
  /** The gRPC form of a session's own door. */
  throughlineSession: "throughline-session",
  throughlineDelegation: "throughline-delegation",
} as const;

export const envNames = {
  traceparent: "TRACEPARENT",
  tracestate: "TRACESTATE",
  baggage: "BAGGAGE",
  captureMessageContent: "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
} as const;

/** Members of W3C baggage that are ours; they are called what the attributes are called. */
export const baggageKeys = {
  sessionId: attr.sessionId,
  turnId: attr.turnId,
  turnIndex: attr.turnIndex,
  agentRunId: attr.agentRunId,
} as const;

/** Claims of the signed token that travels with a delegation. */
export const delegationClaims = {
  issuer: "iss",
  audience: "aud",
  issuedAt: "iat",
  expires: "exp",
  tokenId: "jti",
  traceparent: "tp",
  sessionId: "sid",
  delegationId: "did",
  agent: "agt",
} as const;
