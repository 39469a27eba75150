import type { EventName } from "../hooks/channels.ts";
import { use, type Plugin } from "../hooks/plugin.ts";
import { Step } from "../step/step.ts";
import { sessionEvents } from "./session-events.ts";
import { tracing } from "./tracing.ts";
import { unfinished } from "./unfinished.ts";

// Tracing first: the others stand on its spans. `unplug("tracing")` takes it out again.
for (const plugin of [tracing, sessionEvents, unfinished]) use(onOurs(plugin));

/** The channels are the process's: a second copy of this package hears our steps too, and must not tell them twice. */
function onOurs(plugin: Plugin): Plugin {
  const guarded = Object.entries(plugin.on).map(([event, handle]) => [
    event,
    (step: unknown) => {
      if (step instanceof Step) (handle as (step: Step) => void)(step);
    },
  ]);
  return { name: plugin.name, on: Object.fromEntries(guarded) as { [E in EventName]: () => void } };
}
