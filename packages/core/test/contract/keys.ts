import { readFileSync } from "node:fs";

export interface Key {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  readonly values?: readonly string[];
  readonly stands: readonly string[];
  readonly replaces: readonly string[];
}

const read = (file: string) =>
  readFileSync(new URL(`../../../../contract/${file}`, import.meta.url), "utf8");

export const prose: string = read("CONTRACT.md");

const { keys }: { keys: Key[] } = JSON.parse(read("keys.json"));
export { keys };

export interface Shape {
  readonly name: string;
  readonly pattern: string;
  readonly ignore_case: boolean;
}
const { shapes }: { shapes: Shape[] } = JSON.parse(read("secret-shapes.json"));
export { shapes };

export const readContract = (file: string): unknown => JSON.parse(read(file));
