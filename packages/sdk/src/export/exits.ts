import { diag } from "@opentelemetry/api";

/** What has to happen when the process ends. */
export interface Leaving {
  /** Whether anything is left to deliver. */
  readonly idle: () => boolean;
  /** No step that is open now will ever end. */
  readonly interrupt: () => void;
  /** Delivers while the event loop runs. */
  readonly flush: (withinMs: number) => Promise<void>;
  /** Delivers while it does not. */
  readonly flushSync: (withinMs: number) => void;
  /** The last call: whatever is left now will not leave this process. */
  readonly ended: () => void;
}

/**
 * Delivers what is left at every end of a process that leaves a moment for it, and changes nothing else about that end:
 *
 * - natural end: on `beforeExit`, asynchronously
 * - `process.exit()`, uncaught exceptions, unhandled rejections: on `exit`, synchronously. No listener for exceptions, so
 *   that nothing is swallowed: Node prints, and chooses the exit code, as if nobody were here.
 * - SIGTERM, SIGINT, SIGHUP: a listener that delivers and raises the signal again. Where the host has a listener of its own
 *   the host decides, and its end comes through one of the other two doors.
 */
const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** One set of listeners for the process: two that wait for each other's decision would keep it alive for ever. */
const leaving = new Set<{ readonly hooks: Leaving; readonly withinMs: number }>();
/** The attempt to deliver at this end, should there have been one: until when it may run, and 0 when it is over. */
let attemptUntil: number | undefined;
let raised: NodeJS.Signals | undefined;

export function watchExits(hooks: Leaving, withinMs: number): () => void {
  const watcher = { hooks, withinMs };
  if (leaving.size === 0) listen();
  leaving.add(watcher);
  return () => {
    if (leaving.delete(watcher) && leaving.size === 0) unlisten();
  };
}

function listen(): void {
  process.on("beforeExit", onBeforeExit);
  process.on("exit", onExit);
  // In front of the others: a listener registered with `once` must still be there when we count.
  for (const signal of signals) process.prependListener(signal, onSignal);
}

function unlisten(): void {
  process.off("beforeExit", onBeforeExit);
  process.off("exit", onExit);
  for (const signal of signals) process.off(signal, onSignal);
}

function onBeforeExit(): void {
  // Delivering wakes the event loop, so Node asks again when it is done. One attempt per end is enough.
  if (attemptUntil !== undefined) return;
  each((hooks) => hooks.interrupt());
  if (!allIdle()) void flush();
}

function onExit(): void {
  each((hooks) => hooks.interrupt());
  each((hooks, withinMs) => {
    const left = attemptUntil === undefined ? withinMs : attemptUntil - Date.now();
    if (!hooks.idle() && left > 0) hooks.flushSync(left);
  });
  each((hooks) => hooks.ended());
}

function onSignal(signal: NodeJS.Signals): void {
  // The second Ctrl-C means it.
  if (raised !== undefined) return raise(signal);
  if (isHosts(signal)) return;
  raised = signal;
  each((hooks) => hooks.interrupt());
  void flush().then(() => raise(signal));
}

/** Whether somebody else decides what the signal means. */
function isHosts(signal: NodeJS.Signals): boolean {
  return process.listenerCount(signal) - 1 > signalExitListeners();
}

function raise(signal: NodeJS.Signals): void {
  raised = undefined;
  // The host may have come to listen while we delivered; then the signal is its own now.
  if (!isHosts(signal)) {
    each((hooks) => hooks.ended());
    process.off(signal, onSignal);
  }
  process.kill(process.pid, signal);
}

async function flush(): Promise<void> {
  const longest = Math.max(...[...leaving].map(({ withinMs }) => withinMs));
  attemptUntil = Date.now() + longest;
  await Promise.allSettled([...leaving].map(({ hooks, withinMs }) => hooks.flush(withinMs)));
  // Delivered: should the process go on after all, its next end is a new one.
  attemptUntil = allIdle() ? undefined : 0;
}

/** Nothing that fails here may become another end than the one at hand: a throw in `exit` would change the exit code. */
function each(call: (hooks: Leaving, withinMs: number) => void): void {
  for (const { hooks, withinMs } of leaving) {
    try {
      call(hooks, withinMs);
    } catch (error) {
      diag.error("throughline: the end of the process could not be told in full", error);
    }
  }
}

function allIdle(): boolean {
  return [...leaving].every(({ hooks }) => hooks.idle());
}

/**
 * Listeners of the package signal-exit (below execa, ink and many more). It raises the signal again only when no other
 * listener is left, and leaves the decision to the others otherwise: had we done the same, SIGTERM would end nothing.
 */
function signalExitListeners(): number {
  const registered: unknown[] = [
    Reflect.get(process, "__signal_exit_emitter__"),
    Reflect.get(globalThis, Symbol.for("signal-exit emitter")),
  ];
  let count = 0;
  for (const emitter of registered) {
    if (typeof emitter !== "object" || emitter === null) continue;
    const loaded: unknown = Reflect.get(emitter, "count");
    if (typeof loaded === "number") count += loaded;
  }
  return count;
}
