// Writes lines of one session and ends: by itself, by `process.exit` (also while a file is being opened), or by an exception.
import { session } from "@throughline/sdk";
import { SessionLogFiles } from "@throughline/sdk/logs";

import { host } from "../support/host.ts";

const [folder = "", end = "return", lines = "1"] = process.argv.slice(2);
const files = new SessionLogFiles({ folder });
host({ logProcessors: [files] });

const s = session({ id: end });
for (let i = 0; i < Number(lines); i++) {
  s.log.info(`line ${i}`);
  // Some are with the operating system already, some still wait.
  if (i === Number(lines) / 2 && end !== "opening")
    await new Promise((resolve) => setTimeout(resolve, 30));
}
if (end === "opening") void files.forceFlush();
if (end === "exit" || end === "opening") process.exit(0);
if (end === "throw") throw new Error("the end");
