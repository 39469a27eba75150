import { PartFault } from "../../text/part-fault.ts";
import { groupNames } from "../../regex/regex.ts";
import { signatures, unsupportedFunctions } from "./functions.ts";
import { regexFunctions } from "./text-functions.ts";

/** Text with actions in it, as in Go: `{{.method}} {{.path | trunc 20}}{{if .err}} !{{end}}`. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "output"; readonly value: Operand }
  | { readonly kind: "if"; readonly test: Operand; readonly yes: Nodes; readonly no: Nodes };

export type Nodes = readonly TemplateNode[];

export type Operand =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "constant"; readonly value: string | number | boolean }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Operand[] };

const MAX_DEPTH = 50;
/** Each may take a tenth of a second to compile. */
const MAX_REGEXES = 10;

export function parseTemplate(text: string): Nodes {
  return new TemplateParser(text).all();
}

const ACTION = /\{\{(-(?=\s))?\s*(?:\/\*[^]*?\*\/)?/g;
const TOKEN =
  /\s*(?:("(?:[^"\\\n]|\\.)*"|`[^`]*`)|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(\.[A-Za-z_]\w*)|([A-Za-z_]\w*)|((?:-(?=\}\}))?\}\}|[|(),.$]|:?=))/y;

type TokenKind = "text" | "number" | "field" | "word" | "symbol";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

class TemplateParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #regexes = 0;
  /** Set by `-}}`: white space up to the next thing is dropped. */
  #trims = false;

  constructor(text: string) {
    this.#text = text;
  }

  all(): Nodes {
    const { nodes, stop } = this.#nodes();
    if (stop !== undefined) throw this.#fault(`${stop} without an if`);
    return nodes;
  }

  /** Reads up to the end, or to an `else` or `end` that it takes. */
  #nodes(): { nodes: Nodes; stop: "else" | "end" | undefined } {
    const nodes: TemplateNode[] = [];
    for (;;) {
      ACTION.lastIndex = this.#at;
      const action = ACTION.exec(this.#text);
      this.#addText(nodes, action);
      if (action === null) return { nodes, stop: undefined };
      this.#at = ACTION.lastIndex;
      const word = this.#peek();
      if (word.text === "end" || word.text === "else") {
        this.#next();
        if (word.text === "end") this.#close();
        return { nodes, stop: word.text };
      }
      if (word.text === "if") {
        this.#next();
        nodes.push(this.#if());
      } else if (isClosing(word)) this.#close(); // Only a comment.
      else {
        nodes.push({ kind: "output", value: this.#pipeline() });
        this.#close();
      }
    }
  }

  #addText(nodes: TemplateNode[], action: RegExpExecArray | null): void {
    let text = this.#text.slice(this.#at, action?.index);
    if (this.#trims) text = text.trimStart();
    if (action?.[1] !== undefined) text = text.trimEnd();
    this.#trims = false;
    if (text !== "") nodes.push({ kind: "text", text });
    if (action === null) this.#at = this.#text.length;
  }

  #if(): TemplateNode {
    if (++this.#depth > MAX_DEPTH) throw this.#fault("it is nested too deeply");
    const test = this.#pipeline();
    this.#close();
    const { nodes: yes, stop } = this.#nodes();
    let no: Nodes = [];
    if (stop === "else") {
      if (this.#peek().text === "if") {
        this.#next();
        no = [this.#if()];
        this.#depth--;
        return { kind: "if", test, yes, no };
      }
      this.#close();
      const rest = this.#nodes();
      no = rest.nodes;
      if (rest.stop !== "end") throw this.#fault("an if has no end");
    } else if (stop === undefined) throw this.#fault("an if has no end");
    this.#depth--;
    return { kind: "if", test, yes, no };
  }

  /** `a | f x | g`: each result is the last operand of the next call. */
  #pipeline(): Operand {
    let value = this.#command();
    while (this.#peek().text === "|") {
      this.#next();
      const next = this.#command(value);
      if (next.kind !== "call") throw this.#fault("only a function can stand behind |");
      value = next;
    }
    return value;
  }

  #command(last?: Operand): Operand {
    const { kind, text } = this.#peek();
    if (kind !== "word" || text === "true" || text === "false") return this.#operand();
    const { at } = this.#next();
    const operands: Operand[] = [];
    while (this.#startsOperand()) operands.push(this.#operand());
    if (last !== undefined) operands.push(last);
    return this.#call(text, operands, at);
  }

  #call(name: string, operands: readonly Operand[], at: number): Operand {
    const signature = signatures.get(name);
    if (signature === undefined) {
      const known = unsupportedFunctions.has(name);
      throw this.#fault(`there is no function ${name}${known ? " here" : ""}`, at, known);
    }
    const { least, most } = signature;
    if (operands.length < least || operands.length > most)
      throw this.#fault(
        `${name} takes ${least === most ? least : `${least} or more`} operands`,
        at,
      );
    const [first] = operands;
    if (regexFunctions.has(name) && first?.kind === "constant")
      this.#checkRegex(String(first.value), at);
    return { kind: "call", name, operands };
  }

  #checkRegex(pattern: string, at: number): void {
    if (++this.#regexes > MAX_REGEXES) throw this.#fault("there are too many patterns", at, true);
    groupNames(pattern);
  }

  #startsOperand(): boolean {
    const { kind, text } = this.#peek();
    return kind !== "symbol" || text === "(";
  }

  #operand(): Operand {
    const { at, kind, text } = this.#next();
    switch (kind) {
      case "field":
        return { kind: "field", name: text.slice(1) };
      case "text":
        return { kind: "constant", value: this.#unquote(text, at) };
      case "number":
        return { kind: "constant", value: Number(text) };
      case "word":
        if (text === "true" || text === "false")
          return { kind: "constant", value: text === "true" };
        return this.#call(text, [], at);
      case "symbol":
        if (text !== "(") break;
        if (++this.#depth > MAX_DEPTH) throw this.#fault("it is nested too deeply", at);
        {
          const inside = this.#pipeline();
          if (this.#next().text !== ")") throw this.#fault(") is missing");
          this.#depth--;
          return inside;
        }
    }
    throw this.#fault(`unexpected ${text}`, at, text === "$" || text === "." || text === ":=");
  }

  #unquote(text: string, at: number): string {
    if (text.startsWith("`")) return text.slice(1, -1);
    try {
      return JSON.parse(text) as string;
    } catch {
      throw this.#fault("this string has an unknown escape", at);
    }
  }

  #close(): void {
    const token = this.#next();
    if (!isClosing(token)) throw this.#fault("}} is missing", token.at);
    this.#trims = token.text.startsWith("-");
  }

  #peek(): Token {
    const before = this.#at;
    const token = this.#next();
    this.#at = before;
    return token;
  }

  #next(): Token {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) throw this.#fault("}} is missing");
    this.#at = TOKEN.lastIndex;
    const [, text, number, field, word, symbol = ""] = match;
    const said = text ?? number ?? field ?? word ?? symbol;
    const at = this.#at - said.length;
    if (text !== undefined) return { kind: "text", text, at };
    if (number !== undefined) return { kind: "number", text: number, at };
    if (field !== undefined) return { kind: "field", text: field, at };
    return word === undefined
      ? { kind: "symbol", text: symbol, at }
      : { kind: "word", text: word, at };
  }

  #fault(message: string, at: number = this.#at, unsupported = false): PartFault {
    const said = `in the template, character ${at + 1}: ${message}`;
    return new PartFault(unsupported ? "unsupported" : "invalid", said);
  }
}

function isClosing({ text }: Token): boolean {
  return text === "}}" || text === "-}}";
}
