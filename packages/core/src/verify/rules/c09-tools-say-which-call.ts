import { attr } from "../../names.ts";
import { missingIn, type Needed } from "../needed.ts";
import { NO_FAULTS, type Rule } from "../rule.ts";

const needed: readonly Needed[] = [
  [attr.genAiToolName],
  // The second is Gemini CLI's spelling.
  [attr.genAiToolCallId, "gen_ai.tool.call_id"],
];

export const c09: Rule = {
  id: "C09",
  title: "Tool spans carry the tool's name and the call's id",
  meaning:
    "The tool's name says what ran, the call's id which of the model's requests it answers; without the id parallel calls cannot be told apart.",
  fix: "Set `gen_ai.tool.name` and `gen_ai.tool.call.id` from the model's tool call.",
  level: "violation",
  span: ({ attributes }, fact) => {
    if (fact.step !== "tool") return NO_FAULTS;
    const missing = missingIn(attributes, needed);
    return missing.length === 0
      ? NO_FAULTS
      : [
          {
            at: fact,
            fault: "missing",
            message: `This tool call has no ${missing.join(" and no ")}: calls that run in parallel cannot be told apart.`,
            fix: `Set ${missing.join(", ")} from the model's tool call.`,
          },
        ];
  },
};
