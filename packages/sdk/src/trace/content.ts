import type { Attributes } from "@opentelemetry/api";
import { argumentsFingerprint, attr } from "@throughline/core";

import { currentSettings } from "../settings.ts";
import { isKind, type Step } from "../step/step.ts";

/** With content off, all that is said of a tool's arguments is their size and hash. */
export function contentAtStart(step: Step<"tool">): Attributes {
  const text = textOf(step.detail.arguments);
  if (text === undefined) return {};
  if (capturing()) return { [attr.genAiToolCallArguments]: text };
  const { size, sha256 } = argumentsFingerprint(text);
  return { [attr.toolArgumentsSize]: size, [attr.toolArgumentsSha256]: sha256 };
}

/** What went in and what came out, if the operator asked for content on spans. Redaction comes with the encoder. */
export function contentAtEnd(step: Step): Attributes {
  const attributes: Attributes = {};
  if (!capturing()) return attributes;
  if (isKind(step, "llm")) {
    write(attributes, attr.genAiInputMessages, step.detail.input);
    write(attributes, attr.genAiOutputMessages, step.detail.response.output);
  } else if (isKind(step, "turn") || isKind(step, "agent")) {
    write(attributes, attr.genAiInputMessages, step.detail.input);
    write(attributes, attr.genAiOutputMessages, step.detail.output);
  } else if (isKind(step, "tool")) {
    write(attributes, attr.genAiToolCallResult, step.detail.result);
  }
  return attributes;
}

function capturing(): boolean {
  const { capture } = currentSettings();
  return capture === "span" || capture === "both";
}

function write(attributes: Attributes, key: string, value: unknown): void {
  const text = textOf(value);
  if (text !== undefined) attributes[key] = text;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined) return undefined;
  if (typeof value === "boolean") return value ? "true" : "false";
  try {
    return JSON.stringify(value);
  } catch {
    // Circular, or a getter that throws: no reason to fail the host's call.
    return undefined;
  }
}
