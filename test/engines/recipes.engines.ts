import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareGo } from "../e2e/clients/prepare.ts";
import { engine } from "./prepare.ts";

const execute = promisify(execFile);
const recipe = (name: string): string =>
  fileURLToPath(new URL(`../../recipes/${name}`, import.meta.url));

/** Each by the program it is for. */
describe("recipes are valid", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "throughline-recipes-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const report = (line: string): unknown => process.stderr.write(`${line}\n`);
  const check = async (program: string, ...args: string[]): Promise<string> => {
    // What does not exit with 0 rejects.
    const { stderr, stdout } = await execute(program, args, { cwd: directory });
    return stdout + stderr;
  };

  test("tempo.yaml", async () => {
    const program = await engine("tempo", report);
    const said = await check(program, "-config.verify", `-config.file=${recipe("tempo.yaml")}`);
    expect(said).not.toMatch(/warn|error/i);
  });

  test("loki.yaml", async () => {
    const program = await engine("loki", report);
    const said = await check(program, "-verify-config", `-config.file=${recipe("loki.yaml")}`);
    expect(said).toContain("config is valid");
  });

  test("collector.yaml", async () => {
    const collector = await prepareGo("collector");
    if ("missing" in collector) throw new Error(collector.missing);
    await check(collector.file, recipe("collector.yaml"), "validate");
  });
});
