import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const execute = promisify(execFile);
const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));

/** Prints every module that is resolved; runs in the child before anything else. */
const watcher = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({ resolve(name, context, next) {
    const found = next(name, context);
    process.stderr.write("module " + found.url + "\\n");
    return found;
  } });
`)}`;

test.each(["version", "--help"])("%s loads neither the server nor the store", async (command) => {
  const flags = ["--conditions=@throughline/source", "--import", watcher];
  const { stderr } = await execute(process.execPath, [...flags, bin, command]);
  const modules = stderr.split("\n").filter((line) => line.startsWith("module "));
  expect(modules.some((module) => module.includes("packages/cli/src/run.ts"))).toBe(true);
  const heavy = modules.filter((module) =>
    /packages\/(server|store|core|sdk)|node:(sqlite|http)/.test(module),
  );
  expect(heavy).toEqual([]);
});

test("an older Node is told so, in one sentence, before anything is loaded", async () => {
  const older = `data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process.versions, "node", { value: "20.19.0" });`,
  )}`;
  const ended = execute(process.execPath, ["--import", older, "--import", watcher, bin, "up"]);
  const failed: unknown = await ended.catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  const { stderr } = failed as { stderr: string };
  const said = stderr.split("\n").filter((line) => !line.startsWith("module "));
  expect(said.join("\n").trim()).toMatch(
    /^throughline: this is Node 20\.19\.0; Node 24 or newer is needed .*\.$/,
  );
  expect(stderr).not.toContain("run.ts");
});
