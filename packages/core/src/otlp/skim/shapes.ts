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
  return { fields: Array.from({ length: 16 }, (_, field) => fields[field]), nests };
}

const LEAF = shape({});

/** A value holds lists and maps of values: the ring is closed here. */
export const ANY_VALUE: Shape = shape({});
export const KEY_VALUE: Shape = shape({ 2: ANY_VALUE });
Object.assign(
  ANY_VALUE,
  shape({ 5: shape({ 1: ANY_VALUE }, true), 6: shape({ 1: KEY_VALUE }, true) }),
);

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
export const POINTS: { readonly [field: number]: Shape } = {
  5: NUMBER_POINT,
  7: NUMBER_POINT,
  9: HISTOGRAM_POINT,
  10: EXPONENTIAL_POINT,
  11: SUMMARY_POINT,
};
