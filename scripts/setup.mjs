/**
 * Runs before `npm start`, `npm test`, `npm run check` and `npm run bench`, so that a fresh clone needs no step by hand.
 * Plain JavaScript without dependencies, in the syntax of Node 20: this is the one file that runs before anything is installed.
 *
 * 1. Installs what the lockfile says when it was not installed yet, or has changed since (a digest is kept as a stamp).
 * 2. Checks that the pinned Node is really there: everything else is TypeScript run from source, which an older Node can't do.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = join(root, "node_modules", ".throughline-setup");
const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node;

/** @param {string[]} lines */
function stop(...lines) {
  console.error(lines.map((line) => `throughline: ${line}`).join("\n"));
  process.exit(1);
}

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) {
  stop(
    `this is Node ${process.versions.node}; setting up needs Node 20 or newer.`,
    "Install a current Node (https://nodejs.org) and run the command again. The project then brings its own Node along.",
  );
}

const lock = readFileSync(join(root, "package-lock.json"));
const stamp = createHash("sha256").update(lock).digest("hex");
const installed = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
if (installed !== stamp) {
  console.error(
    "throughline: installing dependencies (once, and again when the lockfile changes) ...",
  );
  // npm starts this script and tells its own path; on Windows `npm` is a shell script that can't be executed directly.
  const npm = process.env.npm_execpath;
  const [command, prefix] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  // Data on stdout belongs to the command that runs next.
  const result = spawnSync(
    command,
    [...prefix, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: ["ignore", process.stderr, "inherit"],
    },
  );
  if (result.status !== 0) {
    stop(
      `npm ci failed (${result.error?.message ?? `exit code ${result.status}`}).`,
      "Its message is above. Once the cause is mended, run the same command again.",
    );
  }
}

const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
let found = "none";
try {
  found = execFileSync(node, ["--version"], {
    encoding: "utf8",
    shell: process.platform === "win32",
  }).trim();
} catch {
  // Reported below, together with the wrong version.
}
if (found !== `v${pinned}`) {
  stop(
    `the pinned Node ${pinned} is not in node_modules (found: ${found}).`,
    "It comes as the npm package `node`, whose install script must be allowed to run:",
    "remove node_modules and run the command again without --ignore-scripts (npm config get ignore-scripts must say false).",
  );
}
if (installed !== stamp) writeFileSync(stampFile, stamp);
