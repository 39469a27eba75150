import { use } from "../hooks/plugin.ts";
import { sessionEvents } from "./session-events.ts";
import { tracing } from "./tracing.ts";
import { unfinished } from "./unfinished.ts";

// Tracing first: the others stand on its spans. `unplug("tracing")` takes it out again.
for (const plugin of [tracing, sessionEvents, unfinished]) use(plugin);
