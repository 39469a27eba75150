import type { TelemetryRecord } from "../record/record.ts";

export type MessagePart =
  | { readonly type: "text" | "reasoning"; readonly text: string }
  | {
      readonly type: "tool_call";
      readonly id?: string;
      readonly name?: string;
      readonly arguments: string;
    }
  | { readonly type: "tool_result"; readonly id?: string; readonly result: string }
  /** An image, a file, anything that is not text. */
  | { readonly type: "other"; readonly kind: string };

export interface Message {
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

export interface Content {
  readonly system?: string;
  readonly input?: readonly Message[];
  readonly output?: readonly Message[];
  readonly toolArguments?: string;
  readonly toolResult?: string;
}

/** Messages, tool arguments and results of a record, where its emitter captured them; undefined when there are none. */
export function readContent(record: TelemetryRecord): Content | undefined {
  const value = record.attributes["gen_ai.tool.call.arguments"];
  return typeof value === "string" ? { toolArguments: value } : undefined;
}
