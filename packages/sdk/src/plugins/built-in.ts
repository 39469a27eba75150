import { plugIn } from "../hooks/plugin.ts";
import { Step } from "../step/step.ts";
import { modelCalls } from "./model-calls.ts";
import { sessionEvents } from "./session-events.ts";
import { tracing } from "./tracing.ts";
import { unfinished } from "./unfinished.ts";

/** The channels are the process's: a second copy of this package hears our steps too, and must not tell them twice. */
const isOurs = (step: unknown): boolean => step instanceof Step;

// Tracing first: the others stand on its spans. `unplug("tracing")` takes it out again.
for (const plugin of [tracing, sessionEvents, unfinished, modelCalls]) plugIn(plugin, isOurs);
