/**
 * Session ids that mean the same session, because a command minted one of them behind the other's own door.
 *
 * A class of ids is called after its door; if it has several (the same inner session was resumed behind two doors) after
 * the first of them in string order, so that the name does not depend on who came first.
 */
export class Aliases {
  readonly #classes = new Map<string, { name: string; readonly members: Set<string> }>();
  readonly #doors = new Set<string>();

  of(session: string): string {
    return this.#classes.size === 0 ? session : (this.#classes.get(session)?.name ?? session);
  }

  /** All ids of a session, its own name first. */
  all(session: string): readonly string[] {
    const found = this.#classes.get(session);
    if (found === undefined) return [session];
    return [found.name, ...[...found.members].filter((id) => id !== found.name).toSorted()];
  }

  /** Records that something came in through a door, with this id on it; gives the ids that mean something new now. */
  seen(door: string, minted: string | undefined): readonly string[] {
    const left = this.#classOf(door);
    if (this.#doors.has(door) && (minted === undefined || left.members.has(minted))) return [];
    this.#doors.add(door);
    const right = minted === undefined ? left : this.#classOf(minted);
    const names = [left.name, right.name];
    const [into, from] = left.members.size < right.members.size ? [right, left] : [left, right];
    if (into !== from)
      for (const id of from.members) {
        into.members.add(id);
        this.#classes.set(id, into);
      }
    into.name = this.#nameOf([...names, door]);
    return names.every((name) => name === into.name) ? [] : [...into.members];
  }

  #classOf(session: string): { name: string; readonly members: Set<string> } {
    let found = this.#classes.get(session);
    if (found === undefined) {
      found = { name: session, members: new Set([session]) };
      this.#classes.set(session, found);
    }
    return found;
  }

  #nameOf(candidates: readonly string[]): string {
    const doors = candidates.filter((name) => this.#doors.has(name));
    return (doors.length > 0 ? doors : candidates).toSorted()[0] ?? "";
  }
}
