import type { SQLInputValue } from "node:sqlite";
import type { DayFile } from "../read/day-file.ts";

/** What narrow rows, origins and bytes can say against a record before it is decoded. Who passes is looked at again. */
export interface Narrowing {
  readonly kind: "span" | "log";
  /** A condition over the columns of narrow rows, with its values; null: nothing to say. */
  rows(file: DayFile, cluster: number): RowCondition | null;
  origin(file: DayFile, origin: number): boolean;
  /** Of each list one is a name or value of the record: what digests of blocks are asked for. */
  readonly values: readonly (readonly Buffer[])[];
  /** Of each list one must stand in the record's bytes, unless the record is exempt. */
  readonly needles: readonly (readonly Buffer[])[];
  readonly isExempt: (bytes: Buffer) => boolean;
}

export interface RowCondition {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

/** No record is exempt. */
export const never = (): boolean => false;
