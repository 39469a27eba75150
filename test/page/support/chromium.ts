import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import packed, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const installed = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The machine's own Chromium, else the one that comes as an npm package. */
export async function launch(): Promise<Browser> {
  const own = installed.find((path) => existsSync(path));
  const path = own ?? (await unpacked());
  const env = own === undefined ? await withLibraries(path) : {};
  return chromium.launch({
    executablePath: path,
    env: { ...definedEnv(), ...env },
    // Tests run as root in containers, where Chromium can't make its own.
    args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
  });
}

/** It unpacks to one place in the temporary directory: whoever comes second must not start half a browser. */
async function unpacked(): Promise<string> {
  const claim = join(tmpdir(), "throughline-unpacks-chromium");
  for (let tries = 0; tries < 600; tries++) {
    try {
      mkdirSync(claim);
      break;
    } catch {
      await pause(100);
    }
  }
  try {
    return await packed.executablePath();
  } finally {
    rmdirSync(claim);
  }
}

/** A machine without a desktop may lack the libraries that browsers share; the package has them too. */
async function withLibraries(path: string): Promise<Record<string, string>> {
  const { stdout } = spawnSync("ldd", [path], { encoding: "utf8" });
  if (!stdout.includes("not found")) return {};
  const archive = new URL(
    "../../../node_modules/@sparticuz/chromium/bin/al2023.tar.br",
    import.meta.url,
  );
  const folder = await inflate(archive.pathname);
  return { LD_LIBRARY_PATH: join(folder, "lib") };
}

function definedEnv(): Record<string, string> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
