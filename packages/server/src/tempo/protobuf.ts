/** The little of protobuf that Tempo's answers need around what the store hands out ready. */
export function lengthField(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of((number << 3) | 2, ...varint(bytes.length)), bytes]);
}

export function textField(number: number, value: string): Uint8Array {
  return lengthField(number, Buffer.from(value, "utf8"));
}

export function numberField(number: number, value: number): Uint8Array {
  return Uint8Array.of(number << 3, ...varint(value));
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
