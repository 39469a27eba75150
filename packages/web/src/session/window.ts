/** Which rows of a long list are drawn: those in sight and some around them. */
export interface Sight {
  readonly from: number;
  readonly to: number;
}

const around = 10;

export function sightOf(scrollTop: number, height: number, rowHeight: number, rows: number): Sight {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - around);
  const to = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + around);
  return { from: Math.min(from, Math.max(0, rows - 1)), to };
}

/** Where to scroll so that a row is in sight; undefined when it is already. */
export function scrollFor(
  index: number,
  scrollTop: number,
  height: number,
  rowHeight: number,
  middle: boolean,
): number | undefined {
  const top = index * rowHeight;
  const seen = top >= scrollTop && top + rowHeight <= scrollTop + height;
  if (seen) return undefined;
  if (middle) return Math.max(0, top - height / 3);
  return top < scrollTop ? top : top + rowHeight - height;
}
