/**
 * A place in the stream of everything that is committed: the commit, and which of its events comes next. A cursor names what
 * is still to come, so that "after all of commit 7" is the beginning of commit 8 whether or not there is one yet.
 */
export interface LivePosition {
  readonly commit: number;
  readonly place: number;
}

export function writePosition({ commit, place }: LivePosition): string {
  return `${commit}.${place}`;
}

/** Undefined when it is no cursor of ours. */
export function readPosition(cursor: string): LivePosition | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor);
  return match === null ? undefined : { commit: Number(match[1]), place: Number(match[2]) };
}

export function afterCommit(commit: number): string {
  return writePosition({ commit: commit + 1, place: 0 });
}
