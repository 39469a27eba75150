import type { SourceCode } from "eslint";
import type * as es from "estree";

import { handleInReach, takesHandle } from "./handles.ts";
import { originOf, variableOf } from "./origin.ts";
import { passesOn } from "./passing-on.ts";
import {
  isCall,
  isCallback,
  isFunction,
  methodOf,
  parentOf,
  unwrapped,
  type FunctionNode,
} from "./syntax.ts";

/**
 * Where work of a program begins, by module and method: nothing is ambient there but what was when the callback was handed over.
 * HTTP servers are not among them, since a caller's baggage may bring a session along.
 */
export interface Entries {
  readonly [module: string]: readonly string[];
}

export const entries: Entries = {
  "@slack/bolt": ["message", "event", "command", "action", "shortcut", "view"],
  cac: ["action"],
  commander: ["action"],
  "discord.js": ["on", "once"],
  grammy: ["on", "command", "hears"],
  "node-cron": ["schedule"],
  "node:readline": ["on"],
  readline: ["on"],
  telegraf: ["on", "command", "hears", "start"],
  process: ["on", "once"],
  "node:process": ["on", "once"],
  ws: ["on", "once", "addEventListener"],
};

/**
 * Whether code surely runs outside of any session: from the module's top level downwards, through functions that nobody but this
 * file can call, all of whose callers are outside. Whatever could be otherwise counts as inside.
 */
export function runsOutside(node: es.Node, code: SourceCode, known: Entries): boolean {
  return new Search(code, known).outside(node);
}

class Search {
  readonly #code: SourceCode;
  readonly #entries: Entries;
  /** Functions on the way: one that calls itself says nothing new. */
  readonly #visiting = new Set<FunctionNode>();
  /** Functions that call each other in many ways are looked at no longer than this. */
  #patience = 2_000;

  constructor(code: SourceCode, known: Entries) {
    this.#code = code;
    this.#entries = known;
  }

  outside(node: es.Node): boolean {
    if (this.#patience-- <= 0 || handleInReach(node, this.#code)) return false;
    let at = parentOf(node);
    while (at !== undefined && !isFunction(at)) {
      // Runs whenever somebody constructs the class.
      if (at.type === "PropertyDefinition" && !at.static) return false;
      at = parentOf(at);
    }
    return at === undefined || this.#functionOutside(at);
  }

  #functionOutside(fn: FunctionNode): boolean {
    if (fn.generator === true || takesHandle(fn, this.#code)) return false;
    if (this.#visiting.has(fn)) return true;
    this.#visiting.add(fn);
    const outside = this.#namedOutside(fn) ?? this.#callbackOutside(fn);
    this.#visiting.delete(fn);
    return outside;
  }

  /** A function with a name, by all that is done with that name. */
  #namedOutside(fn: FunctionNode): boolean | undefined {
    const parent = parentOf(fn);
    const declared = parent?.type === "VariableDeclarator" ? parent : fn;
    if (declared === fn && fn.type !== "FunctionDeclaration") return undefined;
    const id = parent?.type === "VariableDeclarator" ? parent.id : declaredName(fn);
    if (id?.type !== "Identifier" || isExported(declared)) return false;
    const uses = variableOf(id, this.#code)?.references.filter((reference) => !reference.init);
    if (uses === undefined || uses.length === 0) return false;
    return uses.every(({ identifier }) => {
      const call = parentOf(identifier);
      if (!isCall(call)) return false;
      return (
        (call.callee === identifier || passesOn(call, this.#code) || this.#isEntry(call)) &&
        this.outside(call)
      );
    });
  }

  #callbackOutside(fn: FunctionNode): boolean {
    const call = parentOf(fn);
    if (!isCall(call)) return false;
    const runs = call.callee === fn || passesOn(call, this.#code) || this.#isEntry(call);
    return runs && this.outside(call);
  }

  #isEntry(call: es.CallExpression | es.NewExpression): boolean {
    const origin = originOf(call.callee, this.#code);
    if (origin !== undefined) {
      const methods = Object.hasOwn(this.#entries, origin.module)
        ? this.#entries[origin.module]
        : undefined;
      return methods?.includes(origin.path.at(-1) ?? "") === true;
    }
    const callee = unwrapped(call.callee);
    if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return false;
    const listens = ["on", "once", "addEventListener"].includes(methodOf(call) ?? "");
    const [definition] = variableOf(callee.object, this.#code)?.defs ?? [];
    if (definition === undefined) return listens && callee.object.name === "process";
    // The socket that a server hands to its listener.
    const fn = definition.type === "Parameter" ? definition.node : undefined;
    const outer = fn === undefined ? undefined : parentOf(fn);
    return listens && isCallback(fn) && isCall(outer) && this.#isEntry(outer);
  }
}

function declaredName(fn: FunctionNode): es.Node | null {
  return fn.type === "FunctionDeclaration" ? fn.id : null;
}

function isExported(declared: es.Node): boolean {
  const parent = parentOf(declared);
  const statement = parent?.type === "VariableDeclaration" ? parentOf(parent) : parent;
  return (
    statement?.type === "ExportNamedDeclaration" || statement?.type === "ExportDefaultDeclaration"
  );
}
