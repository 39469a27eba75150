/**
 * Builds the page (packages/web) into packages/server/page, where the server finds it. `npm start`, `npm test` and the like run it
 * through scripts/setup.mjs; when nothing that goes into the page has changed it does nothing.
 *
 * Twice: as files for the server, compressed beforehand, and as one file for `throughline export -o html`.
 */
import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import type { BuildOptions, InlineConfig } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const web = join(root, "packages/web");
const target = join(root, "packages/server/page");

/** Whatever ends up in the page, and what makes it. */
const sources = [
  "packages/web/{index.html,package.json}",
  "packages/web/src/**/*",
  "packages/{core,query}/src/**/*.ts",
  "packages/{core,query}/package.json",
  "scripts/build-page.ts",
];

const bundling: BuildOptions = {
  modulePreload: false,
  // Of our own rooms only what is used: a printer of queries needs no engine for regular expressions.
  rolldownOptions: {
    treeshake: { moduleSideEffects: [{ test: /\/(core|query|re2js)\//, sideEffects: false }] },
  },
};

const stamp = stampOf();
if (read(join(target, "stamp")) !== stamp) await buildPage();

function stampOf(): string {
  const digest = createHash("sha256");
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version?: string }>;
  };
  for (const name of ["preact", "uplot", "vite"]) {
    digest.update(`${name} ${packages[`node_modules/${name}`]?.version ?? ""}\n`);
  }
  for (const file of globSync(sources, { cwd: root, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    digest.update(`${path.slice(root.length)}\n`).update(readFileSync(path));
  }
  return digest.digest("hex");
}

async function buildPage(): Promise<void> {
  // Loaded only when there is something to do: the check alone takes a tenth of a second.
  const vite = await import("vite");
  const { build } = vite;
  const config = configWith(vite.defaultClientConditions);
  const began = performance.now();
  // Beside the target, so that it gets there by being renamed: nobody ever sees half a page.
  const draft = mkdtempSync(`${target}.draft-`);
  try {
    await build({
      ...config,
      build: { ...bundling, outDir: draft, emptyOutDir: true, assetsInlineLimit: 0 },
    });
    for (const file of globSync("**/*.{js,css,html,svg}", { cwd: draft }))
      compress(join(draft, file));
    writeFileSync(
      join(draft, "viewer.html"),
      await buildViewer(join(draft, "viewer"), (viewer) => build({ ...config, ...viewer })),
    );
    rmSync(join(draft, "viewer"), { recursive: true });
    writeFileSync(join(draft, "stamp"), stamp);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  console.error(
    `throughline: built the page in ${((performance.now() - began) / 1_000).toFixed(1)} s`,
  );
}

function configWith(usual: readonly string[]): InlineConfig {
  const conditions = ["@throughline/source", ...usual];
  return {
    root: web,
    configFile: false,
    logLevel: "warn",
    resolve: { conditions },
    worker: { format: "es" },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  };
}

/** One script, one style sheet, and a policy that allows exactly these two. */
async function buildViewer(
  folder: string,
  build: (viewer: InlineConfig) => Promise<unknown>,
): Promise<string> {
  await build({
    build: {
      ...bundling,
      outDir: folder,
      emptyOutDir: true,
      cssCodeSplit: false,
      lib: {
        entry: join(web, "src/viewer.tsx"),
        formats: ["iife"],
        name: "viewer",
        fileName: "viewer",
      },
    },
    define: { "process.env.NODE_ENV": `"production"` },
  });
  const only = (ending: string) => {
    const file = readdirSync(folder).find((name) => name.endsWith(ending));
    if (file === undefined) throw new Error(`the viewer was built without a ${ending} file`);
    return readFileSync(join(folder, file), "utf8").trim();
  };
  // In a script element nothing is escaped, but its end must not stand in it.
  const script = only(".js")
    .replaceAll("</script", String.raw`<\/script`)
    .replaceAll("<!--", String.raw`<\!--`);
  const style = only(".css");
  const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Throughline</title><style>${style}</style></head>
<body><div id="app"></div>
<!-- data -->
<script>${script}</script></body></html>
`;
}

function compress(path: string): void {
  const plain = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  writeFileSync(`${path}.br`, brotliCompressSync(plain, { params }));
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
