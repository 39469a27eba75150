import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../../../contract/vectors/", import.meta.url);

export interface Vectors<Input> {
  readonly file: string;
  readonly cases: readonly {
    readonly name: string;
    readonly input: Input;
    readonly expected: unknown;
  }[];
}

export function vectorFiles(): string[] {
  return readdirSync(folder).toSorted();
}

/** The shape of the input is taken on trust: a file that has another one fails when it is walked. */
export function readVectors<Input>(file: string): Vectors<Input> {
  const {
    cases,
  }: Pick<Vectors<Input>, "cases"> = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  return { file, cases };
}
