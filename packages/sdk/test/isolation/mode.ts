import { action, log, session, type Place, type Session, type Turn } from "@throughline/sdk";

/**
 * How an application holds on to its session. Situations are written once and run in every mode; a place is the handle of
 * the work that is being done, and only `handles` looks at it.
 */
export interface Mode {
  readonly name: "handles" | "bound" | "ambient";
  /** One step of the session that created the work. What it is called says which one that is. */
  step<T>(place: Place, label: string, fn: (place: Place) => T): T;
  /** A callback that somebody else will call. */
  callback<A extends unknown[], R>(place: Place, fn: (...args: A) => R): (...args: A) => R;
  /** A generator that somebody else will consume. */
  generator<G>(place: Place, source: G): G;
}

export const owner = (name: string): string => name.slice(0, name.indexOf("|"));

/** Names are made where the work is created, by whoever knows for sure. */
const named = (sessionId: string, label: string): string => `${sessionId}|${label}`;
const idOf = new WeakMap<Place, string>();

const sameCallback = <F>(_place: Place, fn: F): F => fn;
const sameGenerator = <G>(_place: Place, source: G): G => source;

function ambientStep<T>(place: Place, label: string, fn: (place: Place) => T): T {
  const sessionId = idOf.get(place) ?? "";
  return action({ name: named(sessionId, label) }, (inner) => {
    idOf.set(inner, sessionId);
    log.info(named(sessionId, label));
    return fn(inner);
  });
}

export const handles: Mode = {
  name: "handles",
  step(place, label, fn) {
    const sessionId = idOf.get(place) ?? "";
    return place.action({ name: named(sessionId, label) }, (inner) => {
      idOf.set(inner, sessionId);
      inner.log.info(named(sessionId, label));
      return fn(inner);
    });
  },
  callback: sameCallback,
  generator: sameGenerator,
};

export const bound: Mode = {
  name: "bound",
  step: ambientStep,
  callback: (place, fn) => place.bind(fn),
  generator: (place, source) => place.wrapGenerator(source),
};

export const ambient: Mode = {
  name: "ambient",
  step: ambientStep,
  callback: sameCallback,
  generator: sameGenerator,
};

export function open<T>(sessionId: string, fn: (turn: Turn, s: Session) => T): T {
  return session({ id: sessionId, agent: named(sessionId, "root") }, (s) =>
    s.turn((turn) => {
      idOf.set(turn, sessionId);
      idOf.set(s, sessionId);
      return fn(turn, s);
    }),
  );
}

/** A handle that came from elsewhere (another thread's `resume`) works for this session. */
export function owned<P extends Place>(place: P, sessionId: string): P {
  idOf.set(place, sessionId);
  return place;
}
