import { useLayoutEffect, useRef } from "preact/hooks";

/** Every key of the page, once: the views look them up here, and help and docs print them. */
export const keys = {
  help: { key: "?", what: "Show these keys" },
  back: { key: "Escape", what: "Close what is open, else go back to the list" },
  search: { key: "/", what: "Search or filter" },
  down: { key: "j", also: "ArrowDown", what: "Next row" },
  up: { key: "k", also: "ArrowUp", what: "Previous row" },
  open: { key: "Enter", what: "Open the session, or the details of the row" },
  first: { key: "g", also: "Home", what: "First row" },
  last: { key: "G", also: "End", what: "Last row" },
  arrived: { key: ".", what: "Show the sessions that arrived, or follow the end of a live one" },
  mark: { key: "x", what: "Mark a session to compare; the second one compares" },
  expand: { key: "l", also: "ArrowRight", what: "Open the row, or go into it" },
  collapse: { key: "h", also: "ArrowLeft", what: "Close the row, or go to the one above" },
  deeper: { key: "+", what: "Show one level more" },
  shallower: { key: "-", what: "Show one level less" },
  nextError: { key: "e", what: "Next error" },
  previousError: { key: "E", what: "Previous error" },
  nextTurn: { key: "]", what: "Next turn" },
  previousTurn: { key: "[", what: "Previous turn" },
  nextMatch: { key: "n", what: "Next match" },
  previousMatch: { key: "N", what: "Previous match" },
  follow: { key: "f", what: "Follow the end of a live session" },
  zoomOut: { key: "0", what: "Show the whole time again" },
  zoomRow: { key: "z", what: "Zoom to the row" },
  copy: { key: "c", what: "Copy a link, a command or a query" },
  theme: { key: "t", what: "Light, dark, as the system has it" },
} as const;

export type KeyName = keyof typeof keys;

export const keysOfView: Readonly<Record<string, readonly KeyName[]>> = {
  Everywhere: ["help", "back", "search", "theme"],
  Sessions: ["down", "up", "first", "last", "open", "arrived", "mark"],
  "One session": [
    "down",
    "up",
    "first",
    "last",
    "open",
    "expand",
    "collapse",
    "deeper",
    "shallower",
    "nextError",
    "previousError",
    "nextTurn",
    "previousTurn",
    "nextMatch",
    "previousMatch",
    "follow",
    "zoomRow",
    "zoomOut",
    "copy",
  ],
};

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
