import { useLayoutEffect, useRef } from "preact/hooks";

import { type KeyName, keys } from "./key-table.ts";

export type Handlers = Partial<Record<KeyName, () => void>>;

/** Keys typed into fields, and those with a modifier, are the browser's and the field's. Digits choose tabs. */
export function useKeys(handlers: Handlers, digit?: (digit: number) => void): void {
  // Effects run after the next frame; keys come faster than that.
  const latest = useRef({ handlers, digit });
  latest.current = { handlers, digit };
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const typing =
        event.target instanceof HTMLElement &&
        event.target.matches("input, textarea, select, [contenteditable]");
      if (typing && event.key !== "Escape") return;
      const { digit, handlers } = latest.current;
      const handler = handlerOf(handlers, event);
      const number = Number(event.key);
      if (handler !== undefined) handler();
      else if (digit !== undefined && number >= 1 && number <= 9) digit(number);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}

function handlerOf(handlers: Handlers, { key, target }: KeyboardEvent): (() => void) | undefined {
  // Enter on a button or a link presses that.
  if (key === "Enter" && target instanceof HTMLElement && target.matches("button, a, summary")) {
    return undefined;
  }
  for (const name of Object.keys(handlers) as KeyName[]) {
    const wanted: { readonly key: string; readonly also?: string } = keys[name];
    if (wanted.key === key || wanted.also === key) return handlers[name];
  }
  return undefined;
}
