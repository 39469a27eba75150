import type { Attributes } from "@opentelemetry/api";
import { attr } from "@throughline/core";

import { writeIdentity } from "../identity.ts";
import type { SessionMemory } from "../session/memory.ts";
import { sessionKey } from "../settings.ts";
import { isKind, type Step } from "../step/step.ts";
import { contentAtStart, contentAtEnd } from "./content.ts";
import { subjectOf } from "./subject.ts";

/** For the session root and for segment roots. */
export function rootAttributes(session: SessionMemory): Attributes {
  const { id, agent, channel, conversationId } = session;
  const attributes: Attributes = {};
  attributes[sessionKey("span")] = id;
  attributes[attr.step] = "session";
  if (agent !== undefined) attributes[attr.genAiAgentName] = agent;
  if (channel !== undefined) {
    attributes[attr.channelType] = channel.type;
    if (channel.id !== undefined) attributes[attr.channelId] = channel.id;
  }
  if (conversationId !== undefined) attributes[attr.genAiConversationId] = conversationId;
  return attributes;
}

/** Everything known when the step starts, so that samplers see it and the span is written once. */
export function attributesAtStart(step: Step): Attributes {
  if (isKind(step, "session") && step.session !== undefined) return rootAttributes(step.session);
  const attributes: Attributes = {};
  for (const key in step.attributes) attributes[key] = step.attributes[key];
  if (step.session !== undefined) writeIdentity(attributes, step, "span");
  Object.assign(attributes, subjectOf(step).attributes);
  describe(step, attributes);
  return attributes;
}

/** The same without what it shares with others. */
export function ownAttributes(step: Step): Attributes {
  const attributes: Attributes = {};
  for (const key in step.attributes) attributes[key] = step.attributes[key];
  describe(step, attributes);
  return attributes;
}

function describe(step: Step, attributes: Attributes): void {
  if (step.conversationId !== undefined) attributes[attr.genAiConversationId] = step.conversationId;

  if (isKind(step, "turn")) turn(step, attributes);
  else if (isKind(step, "llm")) llm(step, attributes);
  else if (isKind(step, "tool")) tool(step, attributes);
  else if (isKind(step, "tool.execution") || isKind(step, "tool.approval")) {
    attributes[attr.genAiToolCallId] = step.detail.callId;
    if (isKind(step, "tool.approval") && step.detail.source !== undefined) {
      attributes[attr.approvalSource] = step.detail.source;
    }
  } else if (isKind(step, "delegation")) {
    attributes[attr.delegationId] = step.detail.delegationId;
    attributes[attr.delegationAgent] = step.detail.agent;
  }
}

function turn({ channel }: Step<"turn">, attributes: Attributes): void {
  if (channel === undefined) return;
  attributes[attr.channelType] = channel.type;
  if (channel.id !== undefined) attributes[attr.channelId] = channel.id;
}

function llm({ detail }: Step<"llm">, attributes: Attributes): void {
  const { request, retryReason } = detail;
  if (retryReason !== undefined) attributes[attr.llmRetryReason] = retryReason;
  if (request.maxTokens !== undefined) attributes[attr.genAiRequestMaxTokens] = request.maxTokens;
  if (request.topP !== undefined) attributes[attr.genAiRequestTopP] = request.topP;
  if (request.stream !== undefined) attributes[attr.genAiRequestStream] = request.stream;
  if (request.temperature !== undefined) {
    attributes[attr.genAiRequestTemperature] = request.temperature;
  }
}

function tool(step: Step<"tool">, attributes: Attributes): void {
  const { callId, type, description } = step.detail;
  attributes[attr.genAiToolCallId] = callId;
  if (type !== undefined) attributes[attr.genAiToolType] = type;
  if (description !== undefined) attributes[attr.genAiToolDescription] = description;
  if (step.detail.arguments !== undefined) Object.assign(attributes, contentAtStart(step));
}

/** What only the end of the step knows, outcome and error aside. */
export function attributesAtEnd(step: Step): Attributes {
  const attributes = contentAtEnd(step);
  if (isKind(step, "llm")) response(step, attributes);
  if (isKind(step, "tool.approval") && step.detail.decision !== undefined) {
    attributes[attr.approvalDecision] = step.detail.decision;
  }
  return attributes;
}

function response({ detail }: Step<"llm">, attributes: Attributes): void {
  const { id, model, finishReasons, usage = {} } = detail.response;
  if (id !== undefined) attributes[attr.genAiResponseId] = id;
  if (model !== undefined) attributes[attr.genAiResponseModel] = model;
  if (finishReasons !== undefined) attributes[attr.genAiResponseFinishReasons] = [...finishReasons];
  if (detail.timeToFirstChunkMs !== undefined) {
    attributes[attr.genAiResponseTimeToFirstChunk] = detail.timeToFirstChunkMs / 1_000;
  }
  count(attributes, attr.genAiUsageInputTokens, usage.inputTokens);
  count(attributes, attr.genAiUsageOutputTokens, usage.outputTokens);
  count(attributes, attr.genAiUsageCacheReadInputTokens, usage.cacheReadTokens);
  count(attributes, attr.genAiUsageCacheWriteInputTokens, usage.cacheWriteTokens);
  count(attributes, attr.genAiUsageReasoningOutputTokens, usage.reasoningTokens);
}

function count(attributes: Attributes, key: string, tokens: number | undefined): void {
  if (tokens !== undefined) attributes[key] = tokens;
}
