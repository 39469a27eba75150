/**
 * Which fields of which messages are messages themselves: all a scan needs to tell well-formed bytes from others without
 * reading a single value. Every other length-delimited field is text or bytes, and any bytes will do there.
 */
export interface Shape {
  /** By field number; "varints" and "eights" are packed lists. */
  readonly fields: readonly (Shape | "varints" | "eights" | undefined)[];
  /** Whether entering counts as one value deeper. */
  readonly nests: boolean;
}

type Fields = { [field: number]: Shape | "varints" | "eights" };

function shape(fields: Fields, nests = false): Shape {
  const list = new Array<Shape | "varints" | "eights" | undefined>(16).fill(undefined);
  for (const [field, what] of Object.entries(fields)) list[Number(field)] = what;
  return { fields: list, nests };
}

const LEAF = shape({});
/** Fields 5 and 6 hold lists of the message they are in. */
export const ANY_VALUE: Shape = recursive();
export const KEY_VALUE: Shape = shape({ 2: ANY_VALUE });

function recursive(): Shape {
  const list = new Array<Shape | undefined>(16).fill(undefined);
  const value: Shape = { fields: list, nests: false };
  list[5] = shape({ 1: value }, true);
  list[6] = shape({ 1: shape({ 2: value }) }, true);
  return value;
}

export const RESOURCE: Shape = shape({ 1: KEY_VALUE, 3: LEAF });
export const SCOPE: Shape = shape({ 3: KEY_VALUE });

export const EVENT: Shape = shape({ 3: KEY_VALUE });
export const LINK: Shape = shape({ 4: KEY_VALUE });

const EXEMPLAR = shape({ 7: KEY_VALUE });
const BUCKETS = shape({ 2: "varints" });
const NUMBER_POINT = shape({ 5: EXEMPLAR, 7: KEY_VALUE });
const HISTOGRAM_POINT = shape({ 6: "eights", 7: "eights", 8: EXEMPLAR, 9: KEY_VALUE });
const EXPONENTIAL_POINT = shape({ 1: KEY_VALUE, 8: BUCKETS, 9: BUCKETS, 11: EXEMPLAR });
const SUMMARY_POINT = shape({ 6: LEAF, 7: KEY_VALUE });

/** By field number of Metric. */
export const POINTS: readonly (Shape | undefined)[] = shape({
  5: NUMBER_POINT,
  7: NUMBER_POINT,
  9: HISTOGRAM_POINT,
  10: EXPONENTIAL_POINT,
  11: SUMMARY_POINT,
}).fields as readonly (Shape | undefined)[];
