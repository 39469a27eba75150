/**
 * Runs before `npm start`, `npm test`, `npm run check` and `npm run bench`, so that a fresh clone needs no step by hand.
 * Plain JavaScript without dependencies, in the syntax of Node 20: this is the one file that runs before anything is installed.
 *
 * 1. Installs what the lockfile says, unless node_modules already holds exactly that.
 * 2. Checks that the pinned Node is really there: everything else is TypeScript run from source, which an older Node can't do.
 * 3. Builds the page, unless it is as its sources are.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(join(root, file), "utf8"));

/** @param {string[]} lines */
function stop(...lines) {
  console.error(lines.map((line) => `throughline: ${line}`).join("\n"));
  process.exit(1);
}

/** npm notes what it installed in node_modules/.package-lock.json, as its last act: an install broken off leaves none. */
function isInstalled() {
  const wanted = readJson("package-lock.json").packages;
  let present;
  try {
    present = readJson("node_modules/.package-lock.json").packages;
  } catch {
    return false;
  }
  /** @param {string} path */
  const isAsWanted = (path) =>
    wanted[path]?.version === present[path]?.version &&
    wanted[path]?.integrity === present[path]?.integrity;
  /** @param {string} path */
  const mayBeAbsent = (path) =>
    // Workspaces are links; what is optional may be for another platform.
    !path.includes("node_modules/") || wanted[path].optional || wanted[path].devOptional;
  return (
    Object.keys(present).every(isAsWanted) &&
    Object.keys(wanted).every((path) => path in present || mayBeAbsent(path))
  );
}

function install() {
  console.error("throughline: installing dependencies ...");
  // npm starts this script and tells its own path; on Windows `npm` is a shell script that can't be executed directly.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const args = [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // Data on stdout belongs to the command that runs next.
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", process.stderr, "inherit"],
  });
  if (result.status !== 0) {
    stop(
      `npm ci failed (${result.error?.message ?? `exit code ${result.status}`}).`,
      "Its message is above. Once the cause is mended, run the same command again.",
    );
  }
}

function checkNode() {
  const pinned = `v${readJson("package.json").devDependencies.node}`;
  const node = join(root, "node_modules", ".bin", windows ? "node.cmd" : "node");
  let found = "none";
  try {
    found = execFileSync(node, ["--version"], { encoding: "utf8", shell: windows }).trim();
  } catch {
    // Said below, as for a wrong version.
  }
  if (found !== pinned) {
    stop(
      `the pinned Node ${pinned} is not in node_modules (found: ${found}).`,
      "It comes as the npm package `node`, whose install script must be allowed to run:",
      "remove node_modules and run the command again without --ignore-scripts (npm config get ignore-scripts must say false).",
    );
  }
}

/** A page that can't be built stops nobody: the server runs without it and says so where the page would be. */
function buildPage() {
  const script = join(root, "scripts", "build-page.ts");
  if (!existsSync(script)) return;
  const node = join(root, "node_modules", ".bin", windows ? "node.cmd" : "node");
  const { status } = spawnSync(node, [script], {
    cwd: root,
    shell: windows,
    stdio: ["ignore", process.stderr, "inherit"],
  });
  if (status !== 0) console.error("throughline: the page could not be built; its error is above.");
}

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) {
  stop(
    `this is Node ${process.versions.node}; setting up needs Node 20 or newer.`,
    "Install a current Node (https://nodejs.org) and run the command again. The project then brings its own Node along.",
  );
}
if (!isInstalled()) install();
checkNode();
buildPage();
