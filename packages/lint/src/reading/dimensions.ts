import type { SourceCode } from "eslint";
import type * as es from "estree";

import { originOf, variableOf, wayOf } from "./origin.ts";
import { isCall, keyOf, propertyOf, textOf, unwrapped } from "./syntax.ts";

/** What becomes a dimension: keys that a backend keeps an index of, one series or stream for each of their values. */
export interface Dimensions {
  readonly of: "resource" | "metric" | "Loki stream";
  /** An object whose keys they are, or an array of their names. */
  readonly keys: es.Node;
}

/** The dimensions that a call or an object literal sets, if it sets any. */
export function dimensionsOf(
  node: es.CallExpression | es.NewExpression | es.ObjectExpression,
  code: SourceCode,
): Dimensions | undefined {
  const keys = isCall(node) ? undefined : streamOf(node);
  if (keys !== undefined) return { of: "Loki stream", keys };
  return isCall(node) ? (ofMaker(node, code) ?? ofInstrument(node, code)) : undefined;
}

type Of = Dimensions["of"];

/** By module and function: of what, and under which option of the first argument; the argument itself where none is named. */
const makers: { readonly [maker: string]: readonly [of: Of, option?: string] } = {
  "@opentelemetry/resources resourceFromAttributes": ["resource"],
  "@opentelemetry/resources Resource": ["resource"],
  "@throughline/sdk/start start": ["resource", "resource"],
  "@vercel/otel registerOTel": ["resource", "attributes"],
  "prom-client Counter": ["metric", "labelNames"],
  "prom-client Gauge": ["metric", "labelNames"],
  "prom-client Histogram": ["metric", "labelNames"],
  "prom-client Summary": ["metric", "labelNames"],
  "winston-loki default": ["Loki stream", "labels"],
  "pino-loki default": ["Loki stream", "labels"],
  "pino-loki pinoLoki": ["Loki stream", "labels"],
};

function ofMaker(
  call: es.CallExpression | es.NewExpression,
  code: SourceCode,
): Dimensions | undefined {
  const origin = originOf(call.callee, code);
  if (origin === undefined) return undefined;
  const name = origin.path.at(-1) ?? "default";
  const maker = `${origin.module} ${name}`;
  const [of, option] = (Object.hasOwn(makers, maker) ? makers[maker] : undefined) ?? [];
  const [argument] = call.arguments;
  const keys = option === undefined ? argument : propertyOf(argument, option);
  return of === undefined || keys === undefined ? undefined : { of, keys };
}

const instrument =
  /^create(?:Counter|UpDownCounter|Histogram|Gauge|Observable(?:Counter|UpDownCounter|Gauge))$/;

/** `counter.add(1, attributes)`, where the file says that it is a counter. */
function ofInstrument(
  call: es.CallExpression | es.NewExpression,
  code: SourceCode,
): Dimensions | undefined {
  const callee = unwrapped(call.callee);
  const [, keys] = call.arguments;
  if (callee.type !== "MemberExpression" || keys === undefined) return undefined;
  if (keyOf(callee) !== "add" && keyOf(callee) !== "record") return undefined;
  const path = wayOf(callee.object, code)?.path ?? [];
  return path.at(-1) === "()" && instrument.test(path.at(-2) ?? "")
    ? { of: "metric", keys }
    : undefined;
}

/** A stream as Loki's push API takes it, or the options of pino's transport to Loki. */
function streamOf(object: es.ObjectExpression): es.Node | undefined {
  const stream = propertyOf(object, "stream");
  if (stream !== undefined && propertyOf(object, "values") !== undefined) return stream;
  const target = textOf(propertyOf(object, "target"));
  return target === "pino-loki" ? propertyOf(propertyOf(object, "options"), "labels") : undefined;
}

/** The properties or names in it, also where it is written down elsewhere in the file or spread. */
export function membersOf(keys: es.Node, code: SourceCode, depth = 4): readonly es.Node[] {
  const at = unwrapped(keys);
  if (depth === 0) return [];
  if (at.type === "ArrayExpression") return at.elements.filter((element) => element !== null);
  if (at.type === "ObjectExpression") {
    return at.properties.flatMap((property) =>
      property.type === "Property" ? [property] : membersOf(property.argument, code, depth - 1),
    );
  }
  if (at.type !== "Identifier") return [];
  const [definition, ...more] = variableOf(at, code)?.defs ?? [];
  if (definition?.type !== "Variable" || more.length > 0) return [];
  const { id, init } = definition.node;
  return init && id.type === "Identifier" ? membersOf(init, code, depth - 1) : [];
}
