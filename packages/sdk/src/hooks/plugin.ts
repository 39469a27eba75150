import { count, sayOnce } from "../health.ts";
import { errorMessage, errorType } from "../step/failure.ts";
import { channelOf, type EventName, type Events } from "./channels.ts";

/**
 * Code that takes part in the lifecycle of sessions and steps. Tracing itself is one.
 *
 * ```ts
 * use({ name: "audit", on: { "tool:end": (step) => audit(step.detail.name, step.outcome) } });
 * ```
 */
export interface Plugin {
  readonly name: string;
  readonly on: { readonly [E in EventName]?: (step: Events[E]) => void };
}

const plugged = new Map<string, () => void>();

/**
 * Plugs in; what comes back unplugs again. Plugins run in the order in which they were plugged in; one of the same name
 * takes the place of the one before.
 */
export function use(plugin: Plugin): Disposable & (() => void) {
  return plugIn(plugin, () => true);
}

/** Hears only what `listens` lets through. */
export function plugIn(
  plugin: Plugin,
  listens: (step: unknown) => boolean,
): Disposable & (() => void) {
  unplug(plugin.name);
  const subscriptions = (Object.keys(plugin.on) as EventName[]).map((event) => {
    const handle = plugin.on[event] as ((step: unknown) => unknown) | undefined;
    const guarded = (step: unknown): void => {
      if (!listens(step)) return;
      try {
        const result = handle?.call(plugin.on, step);
        if (result instanceof Promise)
          result.catch((error: unknown) => failed(plugin, event, error));
      } catch (error) {
        failed(plugin, event, error);
      }
    };
    const channel = channelOf(event);
    channel.subscribe(guarded);
    return () => channel.unsubscribe(guarded);
  });
  const out = (): void => {
    for (const unsubscribe of subscriptions) unsubscribe();
    if (plugged.get(plugin.name) === out) plugged.delete(plugin.name);
  };
  plugged.set(plugin.name, out);
  return Object.assign(out, { [Symbol.dispose]: out });
}

export function unplug(name: string): void {
  plugged.get(name)?.();
}

// Node turns what a subscriber throws into an uncaught exception, which would end the agent.
function failed(plugin: Plugin, event: EventName, error: unknown): void {
  count("pluginErrors");
  sayOnce(
    `plugin ${plugin.name}`,
    () =>
      `the plugin ${plugin.name} failed at ${event}: ${errorType(error)} ${errorMessage(error)}`,
  );
}
