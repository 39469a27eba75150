import { readFileSync } from "node:fs";

/** From the package itself, the same place in source and in a build. */
export function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const manifest: unknown = JSON.parse(text);
  const stated = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return stated ? String(manifest.version) : "unknown";
}
