/** A field of a protobuf message: its number, and the number or the bytes it holds. */
export interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of a small protobuf message from a stranger: a collector's answer. Whatever can't be read ends the walk.
 * Varints beyond 2^53 lose precision, which a count of rejected records may.
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor < 2 ** 70; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (tag % 8 === 0) yield { number, value: varint() };
    else if (tag % 8 === 2) {
      const end = varint() + at;
      if (!(end <= bytes.length)) return;
      yield { number, value: bytes.subarray(at, end) };
      at = end;
    } else return;
  }
}

/** The bytes of the first field of that number; empty when there is none. */
export function fieldBytes(bytes: Uint8Array, number: number): Uint8Array {
  for (const field of readFields(bytes)) {
    if (field.number === number && typeof field.value !== "number") return field.value;
  }
  return new Uint8Array();
}

export function fieldNumber(bytes: Uint8Array, number: number): number {
  for (const field of readFields(bytes)) {
    if (field.number === number && typeof field.value === "number") return field.value || 0;
  }
  return 0;
}
