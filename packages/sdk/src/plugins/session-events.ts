import { attr, eventNames } from "@throughline/core";

import type { Plugin } from "../hooks/plugin.ts";
import { emitEvent } from "../log/log.ts";

/** `session.start` with the first root, `session.end` when somebody says so. */
export const sessionEvents: Plugin = {
  name: "session events",
  on: {
    "session:start": (step) => {
      const { agent, previousId } = step.detail;
      const attributes = {
        ...(agent !== undefined && { [attr.genAiAgentName]: agent }),
        ...(previousId !== undefined && { [attr.sessionPreviousId]: previousId }),
      };
      emitEvent(
        eventNames.sessionStart,
        { identity: step, context: step.context },
        attributes,
        step.startTime,
      );
    },
    "session:end": (step) => {
      const attributes = { [attr.outcome]: step.outcome ?? "ok" };
      emitEvent(eventNames.sessionEnd, { identity: step, context: step.context }, attributes);
    },
  },
};
