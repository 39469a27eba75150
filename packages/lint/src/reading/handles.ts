import type { SourceCode } from "eslint";
import type * as es from "estree";

import { originOf, variableOf, type Origin } from "./origin.ts";
import { isCallback, keyOf, parentOf, propertyOf, unwrapped, type FunctionNode } from "./syntax.ts";

const sdk = "@throughline/sdk";

/** Calls with a callback that runs in a session, as functions of the SDK and as methods of its handles. */
const steps: ReadonlySet<string> = new Set([
  "session",
  "turn",
  "llm",
  "tool",
  "agent",
  "action",
  "hook",
  "sidecar",
  "approval",
  "execution",
]);
/** Methods of handles that take a callback in and are no steps. */
const takingIn: ReadonlySet<string> = new Set(["run", "bind"]);

const handleTypes: ReadonlySet<string> = new Set([
  "Action",
  "Agent",
  "Approval",
  "Execution",
  "Hook",
  "LlmCall",
  "Place",
  "Session",
  "Sidecar",
  "StepHandle",
  "ToolCall",
  "Turn",
]);

/** What people call handles, where no type says so: enough to keep silent, never enough to report. */
const handleNames: ReadonlySet<string> = new Set([
  ...steps,
  "s",
  "call",
  "step",
  "place",
  "handle",
]);

export interface StepCall {
  readonly kind: string;
  readonly call: es.CallExpression;
  readonly callback: es.Node | undefined;
  readonly options: es.Node | undefined;
}

/** A call of the SDK that begins a step, of its functions or of a handle. */
export function stepCallOf(node: es.Node, code: SourceCode): StepCall | undefined {
  if (node.type !== "CallExpression") return undefined;
  const kind = kindOf(node, code);
  if (kind === undefined || !steps.has(kind)) return undefined;
  const [first, second] = node.arguments;
  const alone = node.arguments.length === 1;
  // An execution, and a turn without options, have their callback alone.
  const bare = alone && (kind === "execution" || (first !== undefined && isCallback(first)));
  return { kind, call: node, callback: bare ? first : second, options: bare ? undefined : first };
}

function kindOf(call: es.CallExpression, code: SourceCode): string | undefined {
  const callee = unwrapped(call.callee);
  if (callee.type === "MemberExpression" && isHandle(callee.object, code)) return keyOf(callee);
  return freeFunction(callee, code);
}

/** The name of a function of the SDK that works on whatever session is ambient. */
export function freeFunction(callee: es.Node, code: SourceCode): string | undefined {
  const origin = originOf(callee, code);
  return origin?.module === sdk && origin.path.length === 1 ? origin.path[0] : undefined;
}

/** Whether a callback is handed to something that runs it in a session. */
export function runsInSession(fn: es.Node, code: SourceCode): boolean {
  const kind = takerOf(fn, code);
  return kind !== undefined && (steps.has(kind) || takingIn.has(kind));
}

/** What takes a callback as an argument: `turn`, `bind`. */
function takerOf(fn: es.Node, code: SourceCode): string | undefined {
  const call = parentOf(fn);
  const given = call?.type === "CallExpression" && call.arguments.some((each) => each === fn);
  return given ? kindOf(call, code) : undefined;
}

/** A session, a turn, a step: something whose methods say whose work it is. */
export function isHandle(node: es.Node, code: SourceCode): boolean {
  const at = unwrapped(node);
  const origin = originOf(at, code);
  if (origin !== undefined) return makesHandle(origin);
  if (at.type !== "Identifier") return false;
  const [definition, ...more] = variableOf(at, code)?.defs ?? [];
  if (definition?.type !== "Parameter" || more.length > 0) return false;
  const fn = definition.node;
  const first = isCallback(fn) && fn.params[0] === definition.name;
  return first && steps.has(takerOf(fn, code) ?? "");
}

/** `session()`, `resume(id)`, `session().startTurn()`, or a parameter of type `Turn`. */
function makesHandle({ module, path }: Origin): boolean {
  if (module !== sdk || path.at(-1) !== "()") return false;
  const maker = path.at(-2) ?? "";
  return (
    handleTypes.has(maker) ||
    maker === "session" ||
    maker === "resume" ||
    maker === "currentSession" ||
    maker === "currentTurn" ||
    /^start[A-Z]/.test(maker)
  );
}

/** Whether a function is given a handle, by what its parameters are called or typed: it then runs in a session. */
export function takesHandle(fn: FunctionNode, code: SourceCode): boolean {
  return fn.params.some(
    (parameter) =>
      parameter.type === "Identifier" &&
      (handleNames.has(parameter.name) || isHandle(parameter, code)),
  );
}

/** Whether somebody holds a handle where a node stands: its author may well use that by hand. */
export function handleInReach(node: es.Node, code: SourceCode): boolean {
  for (let scope = code.getScope(node); ; scope = scope.upper) {
    for (const { defs } of scope.variables) {
      const [definition] = defs;
      if (definition?.type !== "Variable") continue;
      const origin = originOf(definition.name, code);
      if (origin !== undefined && makesHandle(origin)) return true;
    }
    if (scope.upper === null) return false;
  }
}

/** `detached: true`: nobody waits for that. */
export function isDetached(options: es.Node | undefined): boolean {
  const value = propertyOf(options, "detached");
  return value?.type === "Literal" && value.value === true;
}
