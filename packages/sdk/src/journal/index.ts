export { Journal } from "./journal.ts";
export { leftoversIn, takeLeftovers } from "./leftovers.ts";
export type { Leftover } from "./segment-reader.ts";
