import type { Attributes, Context, Span } from "@opentelemetry/api";
import { trace } from "@opentelemetry/api";
import { attr } from "@throughline/core";
import { readStep, type StepReading } from "@throughline/core/dialects";
import type { PlainMap } from "@throughline/core/record";

import { contentKind } from "../content/content-keys.ts";
import { identityIn } from "../context/step-context.ts";
import { publishCall } from "../hooks/channels.ts";
import type { Identity } from "../identity.ts";
import { encloseAll } from "../plugins/model-calls.ts";
import { carriedIdentity } from "../session/carried-identity.ts";
import type { SpanProcessor, StartedSpan } from "../stamp/readable.ts";
import { capturesOnSpans } from "./answer.ts";

/** A span as the SDKs of both lines hold it while it ends. */
interface ForeignSpan extends StartedSpan {
  readonly name?: string;
  readonly startTime?: readonly [number, number];
  readonly instrumentationScope?: { readonly name: string };
}

interface Place {
  readonly identity: Identity | undefined;
  readonly parent: Span | undefined;
}

/** Any of these begins what instrumentations say of models. */
const ofModels = /^(?:gen_ai|llm|ai)\./;

/**
 * Takes part in the spans that instrumentations of providers make: what a model call used is told to plugins (cost, budgets),
 * once, by the innermost span; and message content that nobody asked for does not get past it, whatever the
 * instrumentation's own default. Goes behind `SessionSpanProcessor`.
 */
export class ProviderSpanProcessor implements SpanProcessor {
  readonly #places = new WeakMap<object, Place>();
  /** Spans that hold a call which a span below them told. */
  readonly #enclosing = new WeakSet<object>();

  onStart(span: StartedSpan, parentContext: Context): void {
    // Our own steps are told by their lifecycle, sampled or not.
    if (span.attributes[attr.step] !== undefined) return;
    const identity = identityIn(parentContext) ?? carriedIdentity(parentContext);
    this.#places.set(span, { identity, parent: trace.getSpan(parentContext) });
  }

  onEnding(span: ForeignSpan): void {
    const place = this.#places.get(span);
    if (place === undefined || !Object.keys(span.attributes).some((key) => ofModels.test(key))) {
      return;
    }
    const reading = readStep(recordOf(span));
    if (reading?.step === "llm") this.#called(span, reading, place);
    if (!capturesOnSpans()) withoutContent(span.attributes);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #called(span: ForeignSpan, reading: StepReading, { identity, parent }: Place): void {
    const { usage, cost, model, provider } = reading;
    if (usage === undefined || this.#enclosing.has(span)) return;
    for (let above = parent; above !== undefined; above = this.#places.get(above)?.parent) {
      this.#enclosing.add(above);
    }
    encloseAll(identity?.step);
    publishCall({
      identity,
      provider,
      model: model ?? "unknown",
      usage: {
        inputTokens: usage.input,
        outputTokens: usage.output,
        cacheReadTokens: usage.cacheRead,
        cacheWriteTokens: usage.cacheWrite,
        reasoningTokens: usage.reasoning,
      },
      atMs: (span.startTime?.[0] ?? Date.now() / 1e3) * 1e3,
      usd: cost?.currency === "USD" ? cost.amount : undefined,
      set: (attributes: Attributes) => void span.setAttributes(attributes),
    });
  }
}

function recordOf(span: ForeignSpan): Parameters<typeof readStep>[0] {
  return {
    kind: "span",
    traceId: "",
    spanId: "",
    // Never the top of anything: what it is called decides.
    parentSpanId: "0",
    parentIsRemote: false,
    name: span.name ?? "",
    spanKind: "client",
    startNs: 0n,
    endNs: 0n,
    status: { code: "unset", message: "" },
    attributes: Object.assign(Object.create(null) as PlainMap, span.attributes),
    events: [],
    links: [],
    resource: { attributes: {} },
    scope: { name: span.instrumentationScope?.name ?? "", version: "", attributes: {} },
  };
}

/** The API has no way to take an attribute back; the object that the SDK exports is the one it hands out here. */
function withoutContent(attributes: object): void {
  for (const key of Object.keys(attributes)) {
    if (contentKind(key) !== "none") Reflect.deleteProperty(attributes, key);
  }
}
