/** Several sorted sequences as one. Each is asked for its next item only when the one before was taken. */
export async function* mergeSorted<T>(
  sequences: readonly AsyncGenerator<T>[],
  compare: (one: T, other: T) => number,
): AsyncGenerator<T> {
  const heads: { item: T; rest: AsyncGenerator<T> }[] = [];
  for (const rest of sequences) {
    const { done, value } = await rest.next();
    if (done !== true) heads.push({ item: value, rest });
  }
  while (heads.length > 0) {
    let first = heads[0];
    for (const head of heads)
      if (first === undefined || compare(head.item, first.item) < 0) first = head;
    if (first === undefined) return;
    yield first.item;
    const { done, value } = await first.rest.next();
    if (done === true) heads.splice(heads.indexOf(first), 1);
    else first.item = value;
  }
}
