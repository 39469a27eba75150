import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Icon } from "./icons.tsx";

/** Where the clipboard is denied (a page over plain HTTP from another machine) a selected field does it the old way. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

interface Props {
  readonly text: string | (() => Promise<string>);
  readonly what: string;
  readonly label?: string;
}

export function CopyButton({ label, text, what }: Props): JSX.Element {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return () => {};
    const timer = setTimeout(() => setDone(false), 1_500);
    return () => clearTimeout(timer);
  }, [done]);
  const run = async () => {
    await copy(typeof text === "string" ? text : await text());
    setDone(true);
  };
  return (
    <button
      type="button"
      class={label === undefined ? "copy" : "copy labelled"}
      aria-label={label === undefined ? `Copy ${what}` : undefined}
      title={`Copy ${what}`}
      onClick={() => void run()}
    >
      <Icon name={done ? "check" : "copy"} />
      {label}
      <span class="unseen" aria-live="polite">
        {done ? "Copied" : ""}
      </span>
    </button>
  );
}
