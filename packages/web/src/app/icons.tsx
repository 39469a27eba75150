import type { JSX } from "preact";

/** Drawn on 16 by 16, in the colour of the text around them. */
const paths = {
  caret: "M6 4l4 4-4 4",
  back: "M10 3L5 8l5 5",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zm3.5-1.5L14 14",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  check: "M3 8.5l3.5 3.5L13 4.5",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  follow: "M8 2v8M4.5 7L8 10.5 11.5 7M3 14h10",
  theme: "M8 2a6 6 0 1 0 0 12V2z",
  keys: "M2 4.5h12v7H2zM4.5 9.5h7M4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01",
  compare: "M5 2v12M11 2v12M2.5 5H5M2.5 8H5M11 8h2.5M11 11h2.5",
  turn: "M2.5 3.5h11v7h-6l-3 3v-3h-2z",
  llm: "M8 2l1.6 4.4L14 8l-4.4 1.6L8 14l-1.6-4.4L2 8l4.4-1.6z",
  tool: "M10.5 2.5a3.2 3.2 0 0 0-3 4.3L2.5 11.800l1.7 1.7 5-5a3.2 3.2 0 0 0 4.2-4l-2 2-1.7-1.7 2-2a3 3 0 0 0-1.2-.3z",
  agent:
    "M8 7.500a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.400zM2.5 14c.5-3 2.7-4.5 5.5-4.500s5 1.5 5.5 4.5",
  session: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.500l2.5 1.5",
  other: "M3 8h10",
  log: "M3 4h10M3 8h10M3 12h6",
  approval: "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM5.8 8l1.7 1.7L10.5 6.5",
  error: "M8 2.500L14 13.500H2zM8 6.500v3.500M8 11.800v.01",
  link: "M6.5 9.500l3-3M7 4.500l1.5-1.500a2.8 2.8 0 0 1 4 4L11 8.500M9 11.500L7.5 13a2.8 2.8 0 0 1-4-4L5 7.5",
} as const;

export type IconName = keyof typeof paths;

export function Icon({
  name,
  label,
}: {
  readonly name: IconName;
  readonly label?: string;
}): JSX.Element {
  const said =
    label === undefined ? { "aria-hidden": true } : { role: "img" as const, "aria-label": label };
  return (
    <svg class="icon" viewBox="0 0 16 16" {...said}>
      <path d={paths[name]} />
    </svg>
  );
}
