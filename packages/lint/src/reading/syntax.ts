import type { Rule } from "eslint";
import type * as es from "estree";

/** A node as rules meet it: it knows what it stands in. */
export type Node = Rule.Node;
export type Callback = es.FunctionExpression | es.ArrowFunctionExpression;
export type FunctionNode = (es.FunctionDeclaration | Callback) & Rule.NodeParentExtension;

/** Syntax around an expression that leaves its value what it is. Parsers of TypeScript have kinds that ESTree does not know. */
const wrappers: ReadonlySet<string> = new Set([
  "AwaitExpression",
  "ChainExpression",
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

export function unwrapped(node: es.Node): es.Node {
  let at: es.Node = node;
  while (wrappers.has(at.type)) {
    const inner = inside(at, "expression") ?? inside(at, "argument");
    if (inner === undefined) break;
    at = inner;
  }
  return at;
}

/** The node under a key, where ESTree's types don't know of one. */
export function inside(node: object, key: string): es.Node | undefined {
  const value: unknown = Reflect.get(node, key);
  return isNode(value) ? value : undefined;
}

function isNode(value: unknown): value is es.Node {
  return typeof value === "object" && value !== null && "type" in value;
}

export function parentOf(node: object): Node | undefined {
  const parent = inside(node, "parent");
  return parent as Node | undefined;
}

export function isFunction(node: es.Node | null | undefined): node is FunctionNode {
  return (
    node?.type === "FunctionDeclaration" ||
    node?.type === "FunctionExpression" ||
    node?.type === "ArrowFunctionExpression"
  );
}

export function isCallback(node: es.Node | undefined): node is Callback & Rule.NodeParentExtension {
  return node?.type === "FunctionExpression" || node?.type === "ArrowFunctionExpression";
}

export function isCall(node: es.Node | undefined): node is es.CallExpression | es.NewExpression {
  return node?.type === "CallExpression" || node?.type === "NewExpression";
}

/** The function that a node's code is part of; none at a module's top level. */
export function functionAround(node: es.Node): FunctionNode | undefined {
  let at = parentOf(node);
  while (at !== undefined && !isFunction(at)) at = parentOf(at);
  return at;
}

/** The name of a property, if the source says it. */
export function keyOf(node: es.MemberExpression | es.Property | es.PropertyDefinition): string {
  const key = node.type === "MemberExpression" ? node.property : node.key;
  if (!node.computed) return key.type === "Identifier" ? key.name : (textOf(key) ?? "");
  return textOf(key) ?? "";
}

export function textOf(node: es.Node | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type !== "TemplateLiteral" || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

/** The properties of an object that is written down; whatever is spread into it is not seen. */
export function propertiesOf(node: es.Node | undefined): readonly es.Property[] {
  const object = node === undefined ? undefined : unwrapped(node);
  if (object?.type !== "ObjectExpression") return [];
  return object.properties.filter((property) => property.type === "Property");
}

export function propertyOf(node: es.Node | undefined, key: string): es.Node | undefined {
  return propertiesOf(node).find((property) => keyOf(property) === key)?.value;
}

/** The method a call calls: `on` of `emitter.on(...)`. */
export function methodOf(call: es.CallExpression | es.NewExpression): string | undefined {
  const callee = unwrapped(call.callee);
  return callee.type === "MemberExpression" ? keyOf(callee) : undefined;
}
