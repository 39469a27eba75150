import { hash } from "node:crypto";
import { addTotals } from "@throughline/core/session";
import type { Attachments } from "./attachments.ts";
import type { Cluster, Clusters } from "./clusters.ts";
import type { Links } from "./links.ts";
import type { NoticedAlias } from "./protocol.ts";
import type { Trace, Traces } from "./traces.ts";

/**
 * Which session a record's trace, door and id make it belong to, kept while records arrive.
 *
 * The rules are core/membership's. Here they become rows: a trace gets its home, a strand is attached, an alias is noted. What
 * can't be kept by adding up (a trace turns out to have several sessions, two sessions turn out to be one) marks the sessions
 * concerned for a recount.
 */
export class Belonging {
  readonly #clusters: Clusters;
  readonly #traces: Traces;
  readonly #attachments: Attachments;
  readonly #links: Links;
  #aliases: NoticedAlias[] = [];

  constructor(clusters: Clusters, traces: Traces, attachments: Attachments, links: Links) {
    this.#clusters = clusters;
    this.#traces = traces;
    this.#attachments = attachments;
    this.#links = links;
  }

  /** The session whose own door something came in through. */
  enter(door: string): Cluster {
    const session = this.#clusters.session(door);
    if (!session.door) {
      session.door = true;
      this.#clusters.touch(session);
    }
    return session;
  }

  /** The session of a record that carries this id and came in through that door: from now on they are one. */
  carried(id: string, door: Cluster): Cluster {
    const known = this.#clusters.known(id);
    if (known === door) return door;
    if (known === undefined) {
      this.#clusters.alias(id, door);
      this.#aliases.push({ id, session: door.sid ?? "", merged: false });
      return door;
    }
    // Behind two doors it is called after the first of them in the order of strings, whichever came first.
    const [part, whole] =
      known.door && (known.sid ?? "") < (door.sid ?? "") ? [door, known] : [known, door];
    this.#clusters.merge(part, whole);
    this.#aliases.push({ id: part.sid ?? "", session: whole.sid ?? "", merged: true });
    return whole;
  }

  /** A session is new: the trace derived from its id is its own, even if nothing in that trace says so. */
  begun(session: Cluster): void {
    const trace = this.#traces.at(derivedKey(session.sid ?? ""));
    if (trace.belongs !== 0) return;
    trace.derived = true;
    this.#adopt(trace, session);
  }

  /** The trace has a record that carries this session, or came in through its door. */
  join(trace: Trace, session: Cluster): void {
    if (trace.belongs === 1) {
      const home = this.#clusters.whole(trace.home);
      if (home === session) trace.derived = false;
      else if (trace.derived) this.#rehome(trace, home, session);
      else this.#split(trace, home, session);
    } else if (trace.belongs === 0) this.#adopt(trace, session);
    else this.#cross(trace, session);
  }

  /** A record of the trace comes in. */
  count(trace: Trace): void {
    if (trace.counted) return;
    trace.counted = true;
    this.#traces.touch(trace);
    if (trace.belongs !== 1) return;
    const home = this.#clusters.whole(trace.home);
    home.totals.traces++;
    this.#clusters.touch(home);
  }

  /** Records of several sessions' trace: whose they are, and where links to them lead, is found later. */
  unsettle(trace: Trace): void {
    this.#links.tangle(trace);
    for (const session of this.#traces.crossing(trace)) this.#clusters.unsettle(session);
  }

  /** What came to mean another session since the last commit. */
  takeAliases(): NoticedAlias[] {
    const aliases = this.#aliases;
    this.#aliases = [];
    return aliases;
  }

  #adopt(trace: Trace, session: Cluster): void {
    const linked = trace.linked === 0 ? undefined : this.#clusters.whole(trace.linked);
    trace.belongs = 1;
    trace.home = session.id;
    trace.linked = 0;
    this.#traces.touch(trace);
    this.#clusters.touch(session);
    if (trace.strand !== 0) this.#takeOver(trace, linked, session);
    else if (trace.counted) session.totals.traces++;
    this.#links.settled(trace);
  }

  /** The strand of a trace that had no session, or only a link to one, becomes the session's. */
  #takeOver(trace: Trace, linked: Cluster | undefined, session: Cluster): void {
    const strand = this.#clusters.byId(trace.strand);
    if (linked !== session) this.#attachments.attach(session, strand);
    if (linked === undefined) addTotals(session.totals, strand.totals);
    else if (linked !== session) this.#attachments.release(linked, strand);
    if (linked !== undefined || this.#traces.treeOf(trace).odd) this.#clusters.unsettle(session);
  }

  /** What was derived from a session's id turns out to be another session's. */
  #rehome(trace: Trace, from: Cluster, to: Cluster): void {
    trace.home = to.id;
    trace.derived = false;
    this.#traces.touch(trace);
    this.#clusters.unsettle(from);
    this.#clusters.unsettle(to);
    if (trace.strand !== 0) {
      const strand = this.#clusters.byId(trace.strand);
      this.#attachments.release(from, strand);
      this.#attachments.attach(to, strand);
    }
    this.#links.settled(trace);
  }

  #split(trace: Trace, home: Cluster, session: Cluster): void {
    trace.belongs = 2;
    trace.home = 0;
    this.#traces.touch(trace);
    this.#traces.cross(trace, home);
    this.#clusters.unsettle(home);
    this.#cross(trace, session);
    this.#links.settled(trace);
  }

  #cross(trace: Trace, session: Cluster): void {
    this.#traces.cross(trace, session);
    if (trace.strand !== 0 && this.#traces.crossing(trace).includes(session))
      this.#attachments.attach(session, this.#clusters.byId(trace.strand));
    this.#clusters.unsettle(session);
    this.unsettle(trace);
  }
}

/** The trace id that core's sessionRoot derives, by Node's own hash: this happens once a session, and costs a tenth. */
function derivedKey(sid: string): string {
  return hash("sha256", sid, "buffer").toString("latin1", 0, 16);
}
