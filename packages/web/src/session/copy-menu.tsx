import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { copy } from "../app/copy-button.tsx";
import { Icon } from "../app/icons.tsx";
import { useKeys } from "../app/keys.ts";
import { referencesTo } from "./references.ts";

/** The session as a link, a command and a query. */
export function CopyMenu({
  id,
  online,
}: {
  readonly id: string;
  readonly online: boolean;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  useKeys({ copy: () => setOpen(true), ...(open && { back: () => setOpen(false) }) });
  useEffect(() => {
    if (!open) return () => {};
    setDone("");
    frame.current?.querySelector<HTMLButtonElement>(".menu button")?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && frame.current?.contains(event.target) === false)
        setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);

  const run = async (name: string, text: string) => {
    await copy(text);
    setDone(name);
    setTimeout(() => setOpen(false), 700);
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") setOpen(false);
    else if (by !== undefined) {
      const all = [...(frame.current?.querySelectorAll<HTMLButtonElement>(".menu button") ?? [])];
      const at = all.findIndex((each) => each === document.activeElement);
      all[(at + by + all.length) % all.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu-frame" ref={frame}>
      <button
        type="button"
        class="button"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="copy" /> Copy as
      </button>
      {open && (
        <div class="menu" role="menu" aria-label="Copy as" onKeyDown={step}>
          {referencesTo(id, online ? location.href : null).map(({ name, text }) => (
            <button key={name} type="button" role="menuitem" onClick={() => void run(name, text)}>
              <b>{done === name ? "Copied" : name}</b>
              <code>{text}</code>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
