import type { JSX } from "preact";

import type { Field, ShownMessage } from "../engine/protocol.ts";
import { plural } from "../text/format.ts";
import { Prose } from "../text/prose.tsx";

export function MessageView({ message }: { readonly message: ShownMessage }): JSX.Element {
  return (
    <div class={`message role-${roleClass(message.role)}`}>
      <div class="role">{message.role}</div>
      {message.parts.map((part, index) => {
        switch (part.type) {
          case "tool_call":
            return (
              <div key={index} class="part">
                <span class="tag">calls {part.name ?? ""}</span>
                <pre tabIndex={0}>{part.arguments}</pre>
              </div>
            );
          case "tool_result":
            return (
              <div key={index} class="part">
                <span class="tag">result</span>
                <pre tabIndex={0}>{part.result}</pre>
              </div>
            );
          case "other":
            return (
              <p key={index} class="muted">
                [{part.kind}]
              </p>
            );
          case "reasoning":
            return (
              <div key={index} class="reasoning">
                <Prose text={part.text} />
              </div>
            );
          default:
            return <Prose key={index} text={part.text} />;
        }
      })}
      {message.left > 0 && <Cut left={message.left} />}
    </div>
  );
}

/** A class of ours, whatever the emitter calls the role. */
export function roleClass(role: string): string {
  return ["system", "user", "assistant", "tool"].find((known) => known === role) ?? "other";
}

export function Text({ field }: { readonly field: Field }): JSX.Element {
  return (
    <>
      <pre tabIndex={0}>{field.value}</pre>
      {field.left > 0 && <Cut left={field.left} />}
    </>
  );
}

export function Cut({ left }: { readonly left: number }): JSX.Element {
  return <p class="cut">{plural(left, "more character")} not shown; copying takes them along.</p>;
}
