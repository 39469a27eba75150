import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { SetUp } from "../subject.ts";
import { deliver } from "./delivery.ts";

/** With the journal: two writes to a file for every span. */
export const setUp: SetUp = (endpoint) =>
  deliver({ endpoint, journal: mkdtempSync(join(tmpdir(), "throughline-bench-")) });
