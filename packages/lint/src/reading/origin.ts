import type { Scope, SourceCode } from "eslint";
import type * as es from "estree";

import {
  inside,
  isFunction,
  keyOf,
  parentOf,
  textOf,
  unwrapped,
  type FunctionNode,
} from "./syntax.ts";

/**
 * Where a value comes from: the module that it was imported from, and the way from there. A call or `new` is the step `()`:
 * `new OpenAI().chat` is `{ module: "openai", path: ["default", "()", "chat"] }`.
 */
export interface Origin {
  readonly module: string;
  readonly path: readonly string[];
}

/** What is known of nodes. One that is being found out counts as not known, which ends circles. */
const found = new WeakMap<es.Node, Origin | null>();

/** What CommonJS output of compilers puts around require(). */
const interop: ReadonlySet<string> = new Set([
  "__importDefault",
  "__importStar",
  "__toESM",
  "_interopRequireDefault",
  "_interopRequireWildcard",
]);

export function originOf(node: es.Node, code: SourceCode): Origin | undefined {
  const way = wayOf(node, code);
  return way === undefined || way.module === unknown ? undefined : way;
}

/** Stands for the module of what the file itself does not tell. */
const unknown = "";

/** The same where the beginning is not known: `meter.createCounter("n")` is `["meter", "createCounter", "()"]` at least. */
export function wayOf(node: es.Node, code: SourceCode): Origin | undefined {
  const at = unwrapped(node);
  const known = found.get(at);
  if (known !== undefined) return known ?? undefined;
  if (depth >= deepest) return undefined;
  found.set(at, null);
  depth++;
  try {
    const way = findOut(at, code);
    if (way !== undefined) found.set(at, way);
    return way;
  } finally {
    depth--;
  }
}

/** What refers to more than this many others in a row was written by no person, and would fill the stack. */
const deepest = 500;
let depth = 0;

function findOut(at: es.Node, code: SourceCode): Origin | undefined {
  const next = (other: es.Node): Origin | undefined => wayOf(other, code);
  switch (at.type) {
    case "Identifier": {
      const variable = variableOf(at, code);
      return ofVariable(variable, code) ?? { module: unknown, path: [at.name] };
    }
    case "MemberExpression":
      if (at.object.type === "ThisExpression") return ofOwnProperty(at, code);
      return extended(next(at.object), keyOf(at));
    case "CallExpression":
    case "NewExpression": {
      const required = requiredBy(at);
      if (required !== undefined) return required;
      const [argument] = at.arguments;
      if (argument !== undefined && at.callee.type === "Identifier" && interop.has(at.callee.name))
        return next(argument);
      const maker = next(at.callee);
      // What watches a client of somebody's hands out a client of the same kind.
      if (argument !== undefined && maker !== undefined && isWrap(maker)) return next(argument);
      return better(ofOwnMaker(at.callee, code), extended(maker, "()"));
    }
    case "ImportExpression": {
      const module = textOf(at.source);
      return module === undefined ? undefined : { module, path: [] };
    }
    case "LogicalExpression":
      return better(next(at.right), next(at.left));
    case "ConditionalExpression":
      return better(next(at.consequent), next(at.alternate));
    case "AssignmentExpression":
      return next(at.right);
    case "SequenceExpression": {
      const last = at.expressions.at(-1);
      return last && next(last);
    }
    default:
      return undefined;
  }
}

function better(one: Origin | undefined, other: Origin | undefined): Origin | undefined {
  return one === undefined || one.module === unknown ? (other ?? one) : one;
}

function isWrap({ module, path }: Origin): boolean {
  return module === "@throughline/sdk/providers" && path.length === 1 && path[0] === "wrap";
}

function requiredBy(call: es.CallExpression | es.NewExpression): Origin | undefined {
  if (call.callee.type !== "Identifier" || call.callee.name !== "require") return undefined;
  const module = textOf(call.arguments[0]);
  return module === undefined ? undefined : { module, path: [] };
}

function extended(origin: Origin | undefined, step: string): Origin | undefined {
  if (origin === undefined || step === "") return undefined;
  return { module: origin.module, path: [...origin.path, step] };
}

export function variableOf(name: es.Identifier, code: SourceCode): Scope.Variable | undefined {
  return variableNamed(name.name, name, code);
}

/** What a name means to code that stands somewhere. */
export function variableNamed(
  name: string,
  from: es.Node,
  code: SourceCode,
): Scope.Variable | undefined {
  for (let scope: Scope.Scope | null = code.getScope(from); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}

function ofVariable(variable: Scope.Variable | undefined, code: SourceCode): Origin | undefined {
  const [definition, ...more] = variable?.defs ?? [];
  if (variable === undefined || definition === undefined || more.length > 0) return undefined;
  if (definition.type === "ImportBinding") return ofImport(definition.node, definition.parent);
  const written = variable.references.filter((reference) => reference.isWrite());
  const [write] = written;
  if (written.length === 1 && write?.writeExpr) {
    const source = wayOf(write.writeExpr, code);
    return write.init === true && definition.type === "Variable"
      ? taken(source, definition.node.id, definition.name)
      : source;
  }
  // A parameter, or a variable that is given its value elsewhere: its type may tell.
  return written.length === 0 ? ofType(definition.name, code) : undefined;
}

/** The function that a name stands for in the file itself. */
export function functionNamed(name: es.Node, code: SourceCode): FunctionNode | undefined {
  if (name.type !== "Identifier") return undefined;
  const [definition, ...more] = variableOf(name, code)?.defs ?? [];
  if (definition === undefined || more.length > 0) return undefined;
  const fn = definition.type === "Variable" ? definition.node.init : definition.node;
  return isFunction(fn) ? fn : undefined;
}

/** What such a function hands out: `function client() { return new OpenAI(); }`. */
function ofOwnMaker(callee: es.Node, code: SourceCode): Origin | undefined {
  const { body } = functionNamed(callee, code) ?? {};
  const last = body?.type === "BlockStatement" ? body.body.at(-1) : undefined;
  const value = last?.type === "ReturnStatement" ? last.argument : body;
  return value && value.type !== "BlockStatement" ? wayOf(value, code) : undefined;
}

function ofImport(node: es.Node, declaration: es.Node | null): Origin | undefined {
  if (declaration?.type !== "ImportDeclaration") return undefined;
  const module = textOf(declaration.source);
  if (module === undefined) return undefined;
  if (node.type === "ImportNamespaceSpecifier") return { module, path: [] };
  if (node.type === "ImportDefaultSpecifier") return { module, path: ["default"] };
  if (node.type !== "ImportSpecifier") return undefined;
  const { imported } = node;
  return {
    module,
    path: [imported.type === "Identifier" ? imported.name : String(imported.value)],
  };
}

/** What a pattern takes out of a value for one of its names. */
function taken(
  source: Origin | undefined,
  pattern: es.Node,
  name: es.Identifier,
): Origin | undefined {
  if (pattern === name) return source;
  if (pattern.type !== "ObjectPattern") return undefined;
  for (const property of pattern.properties) {
    if (property.type !== "Property") continue;
    const found = taken(extended(source, keyOf(property)), withoutDefault(property.value), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withoutDefault(pattern: es.Pattern): es.Node {
  return pattern.type === "AssignmentPattern" ? pattern.left : pattern;
}

/** `client: OpenAI` is taken for what `new OpenAI()` makes. */
function ofType(name: es.Identifier, code: SourceCode): Origin | undefined {
  const annotation = inside(name, "typeAnnotation");
  const reference = annotation && inside(annotation, "typeAnnotation");
  const typeName = reference && inside(reference, "typeName");
  if (typeName?.type !== "Identifier") return undefined;
  // Looked up from the parameter: not every parser gives types a scope.
  const [definition] = variableNamed(typeName.name, name, code)?.defs ?? [];
  if (definition?.type !== "ImportBinding") return undefined;
  return extended(ofImport(definition.node, definition.parent), "()");
}

/** `this.client`, where the class itself says what that is, once. */
function ofOwnProperty(member: es.MemberExpression, code: SourceCode): Origin | undefined {
  const key = keyOf(member);
  let at = parentOf(member);
  while (at !== undefined && at.type !== "ClassBody") at = parentOf(at);
  if (at === undefined || key === "") return undefined;
  const values: es.Node[] = [];
  for (const part of at.body) {
    if (part.type === "PropertyDefinition" && keyOf(part) === key && part.value)
      values.push(part.value);
    if (part.type !== "MethodDefinition" || part.kind !== "constructor") continue;
    // An overload in TypeScript is a constructor, too, and has no body.
    if (part.value.type !== "FunctionExpression") continue;
    for (const statement of part.value.body.body) {
      const assigned = assignedToOwn(statement, key);
      if (assigned !== undefined) values.push(assigned);
    }
  }
  const [value] = values;
  return values.length === 1 && value !== undefined ? wayOf(value, code) : undefined;
}

function assignedToOwn(statement: es.Statement, key: string): es.Node | undefined {
  if (statement.type !== "ExpressionStatement") return undefined;
  const { expression } = statement;
  if (expression.type !== "AssignmentExpression") return undefined;
  const { left, right } = expression;
  const own = left.type === "MemberExpression" && left.object.type === "ThisExpression";
  return own && keyOf(left) === key ? right : undefined;
}
