import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One file of the page, in every coding it was built in. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly bodies: { readonly [coding in Coding]?: Uint8Array };
}

export type Coding = "identity" | "gzip" | "br";

export interface BuiltPage {
  readonly index: PageFile;
  /** By name. Their names hold digests of what is in them. */
  readonly assets: ReadonlyMap<string, PageFile>;
  /** The page as one file, with a mark where a session's data belongs. */
  readonly viewer: string;
}

/** `npm start` and `npm test` build it (scripts/build-page.ts); a published package brings it along. */
const folder = fileURLToPath(new URL("../../page", import.meta.url));

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
const endings: readonly [string, Coding][] = [
  [".br", "br"],
  [".gz", "gzip"],
];

let held: { readonly built: number; readonly page: BuiltPage } | undefined;

/** Undefined while there is no build. Read once: the whole page takes a few hundred kilobytes; a newer build is noticed. */
export function builtPage(): BuiltPage | undefined {
  const built = statSync(join(folder, "stamp"), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return undefined;
  if (held?.built !== built) held = { built, page: readBuild() };
  return held.page;
}

function readBuild(): BuiltPage {
  const assets = new Map<string, PageFile>();
  for (const name of readdirSync(join(folder, "assets"))) {
    if (!endings.some(([ending]) => name.endsWith(ending))) {
      assets.set(name, readFile(join(folder, "assets", name)));
    }
  }
  return {
    index: readFile(join(folder, "index.html")),
    assets,
    viewer: readFileSync(join(folder, "viewer.html"), "utf8"),
  };
}

function readFile(path: string): PageFile {
  const identity = readFileSync(path);
  const bodies: { [coding in Coding]?: Uint8Array } = { identity };
  for (const [ending, coding] of endings) {
    if (statSync(path + ending, { throwIfNoEntry: false })?.isFile() === true) {
      bodies[coding] = readFileSync(path + ending);
    }
  }
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return {
    type: types[ending] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(identity).digest("base64url").slice(0, 27)}"`,
    bodies,
  };
}
