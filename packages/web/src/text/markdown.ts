/**
 * Markdown as models write it, read into plain data: never into markup. Only what is listed here can come of a text; HTML in it
 * stays text, and images are never loaded. One pass over the lines, one over each line's characters.
 */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: readonly Inline[] }
  | { readonly kind: "paragraph" | "quote"; readonly text: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly Item[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: "rule" };

export interface Item {
  readonly depth: number;
  readonly text: readonly Inline[];
}

export type Inline =
  | { readonly kind: "text" | "code" | "strong" | "em" | "gone"; readonly text: string }
  /** `host` is where it really leads. */
  | { readonly kind: "link"; readonly text: string; readonly href: string; readonly host: string }
  | { readonly kind: "image"; readonly text: string };

const mostBlocks = 2_000;

export function readMarkdown(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length && blocks.length < mostBlocks) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at++;
      continue;
    }
    const [block, next] = readBlock(lines, at, line);
    blocks.push(block);
    at = next;
  }
  // Beyond that it is no longer prose; it is still shown.
  if (at < lines.length) {
    blocks.push({ kind: "code", language: "", text: lines.slice(at).join("\n") });
  }
  return blocks;
}

const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)/;
const heading = /^ {0,3}(#{1,6})\s+(.*)$/;
const rule = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const item = /^( *)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const quote = /^ {0,3}> ?(.*)$/;

function readBlock(lines: readonly string[], at: number, line: string): [Block, number] {
  const fenced = fence.exec(line);
  if (fenced !== null) return readCode(lines, at, fenced[1] ?? "```", fenced[2] ?? "");
  const head = heading.exec(line);
  if (head !== null) {
    const text = readInline((head[2] ?? "").replace(/\s+#+\s*$/, ""));
    return [{ kind: "heading", level: (head[1] ?? "#").length, text }, at + 1];
  }
  if (rule.test(line)) return [{ kind: "rule" }, at + 1];
  if (item.test(line)) return readList(lines, at);
  if (quote.test(line)) {
    const [taken, next] = takeWhile(lines, at, (each) => quote.exec(each)?.[1]);
    return [{ kind: "quote", text: readInline(taken.join("\n")) }, next];
  }
  if (isRow(line) && isDivider(lines[at + 1] ?? "")) return readTable(lines, at);
  const [taken, next] = takeWhile(lines, at, (each, first) =>
    !first && (each.trim() === "" || startsBlock(each)) ? undefined : each,
  );
  return [{ kind: "paragraph", text: readInline(taken.join("\n")) }, next];
}

function startsBlock(line: string): boolean {
  return [fence, heading, rule, item, quote].some((start) => start.test(line));
}

function readCode(
  lines: readonly string[],
  at: number,
  mark: string,
  language: string,
): [Block, number] {
  const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(mark));
  const last = end < 0 ? lines.length : end;
  return [{ kind: "code", language, text: lines.slice(at + 1, last).join("\n") }, last + 1];
}

function readList(lines: readonly string[], at: number): [Block, number] {
  const items: Item[] = [];
  const ordered = item.exec(lines[at] ?? "")?.[2] !== undefined;
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    const found = item.exec(line);
    const last = items.at(-1);
    if (found !== null) {
      const depth = Math.min(6, Math.floor((found[1] ?? "").length / 2));
      items.push({ depth, text: readInline(found[3] ?? "") });
    } else if (/^ {2,}\S/.test(line) && last !== undefined) {
      items[items.length - 1] = {
        ...last,
        text: [...last.text, ...readInline(`\n${line.trim()}`)],
      };
    } else break;
  }
  return [{ kind: "list", ordered, items }, next];
}

function isRow(line: string): boolean {
  return line.includes("|");
}

function isDivider(line: string): boolean {
  return line.includes("-") && line.includes("|") && /^[\s|:-]+$/.test(line);
}

function readTable(lines: readonly string[], at: number): [Block, number] {
  const cells = (line: string) =>
    line
      .trim()
      .replace(/^\|/, "")
      .replace(/\|$/, "")
      .split("|")
      .map((cell) => readInline(cell.trim()));
  const [taken, next] = takeWhile(lines, at, (line) => (isRow(line) ? line : undefined));
  return [{ kind: "table", rows: taken.filter((_, index) => index !== 1).map(cells) }, next];
}

function takeWhile(
  lines: readonly string[],
  at: number,
  take: (line: string, first: boolean) => string | undefined,
): [string[], number] {
  const taken: string[] = [];
  let next = at;
  for (; next < lines.length; next++) {
    const text = take(lines[next] ?? "", next === at);
    if (text === undefined) break;
    taken.push(text);
  }
  return [taken, next];
}

/** Each alternative ends at its own closing mark within the paragraph, and none can begin inside another. */
const marks =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|__([^_\n]+)__|(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])|(?<![\w_])_([^_\s][^_\n]*)_(?![\w_])|(!?)\[([^[\]\n]{0,500})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>"'`)\]]{1,2000})|~~([^~\n]+)~~/g;

export function readInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  const plain = (until: number) => {
    if (until > from) parts.push({ kind: "text", text: text.slice(from, until) });
  };
  for (const match of text.matchAll(marks)) {
    plain(match.index);
    from = match.index + match[0].length;
    parts.push(inlineOf(match));
  }
  plain(text.length);
  return parts;
}

function inlineOf(match: RegExpExecArray): Inline {
  const [whole, code, strong, strong2, em, em2, bang, label, target, bare, gone] = match;
  if (code !== undefined) return { kind: "code", text: code };
  const loud = strong ?? strong2;
  if (loud !== undefined) return { kind: "strong", text: loud };
  const soft = em ?? em2;
  if (soft !== undefined) return { kind: "em", text: soft };
  if (gone !== undefined) return { kind: "gone", text: gone };
  if (bang === "!") return { kind: "image", text: `${label ?? ""} ${target ?? ""}`.trim() };
  return link(label ?? bare ?? "", target ?? bare ?? "") ?? { kind: "text", text: whole };
}

/** Only the web: `javascript:`, `data:` and whatever else there may be stay text. */
function link(text: string, target: string): Inline | undefined {
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) return undefined;
  const { host, href } = new URL(target);
  return { kind: "link", text: text === "" ? target : text, href, host };
}
