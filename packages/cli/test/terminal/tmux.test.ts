import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Story } from "../../../store/test/conformance/story.ts";
import { openBackend, type TestBackend } from "../support/backend.ts";
import { throughline } from "../support/process.ts";
import { sampleDeliveries, sampleId } from "../support/sample.ts";
import { hasTmux, openTerminal, type Terminal } from "../support/tmux.ts";
import { widthOf } from "../../src/terminal/width.ts";

describe.skipIf(!hasTmux)("on a real terminal (skipped where tmux is not installed)", () => {
  let backend: TestBackend;
  let terminal: Terminal;
  const story = new Story();
  const talk = story.session("talk");
  let said = 0;
  const say = (body: string): Promise<unknown> =>
    Promise.all(
      story
        .deliveries([{ log: "", session: talk, at: said++, body }])
        .map((each) => backend.deliver(each)),
    );

  beforeAll(async () => {
    backend = await openBackend();
    for (const each of sampleDeliveries()) await backend.deliver(each);
    const { PATH = "", HOME = "" } = process.env;
    terminal = openTerminal({ PATH, HOME, THROUGHLINE_URL: backend.url }, 100, 50);
    const [node = "", condition = "", bin = ""] = throughline;
    terminal.type(`PS1='> '; throughline() { ${node} ${condition} ${bin} "$@"; }; echo rea""dy`);
    await terminal.shows("ready");
  });
  afterAll(async () => {
    terminal[Symbol.dispose]();
    await backend.close();
  });

  test("a session is a coloured tree as wide as the window, whatever its size", async () => {
    terminal.clear();
    terminal.type(`throughline show ${sampleId.slice(0, 8)}; echo don""e`);
    const wide = await terminal.shows("done");
    expect(wide).toContain("✗ tool refund  card_declined");
    expect(wide).toContain("⋯ 15m 38s idle");
    // tmux writes codes together that were told apart.
    // oxlint-disable-next-line no-control-regex
    expect(terminal.screen(true)).toMatch(/\u001b\[[\d;]*31m[^\n]*✗/);

    terminal.clear();
    terminal.resize(60, 50);
    terminal.type(`throughline show ${sampleId.slice(0, 8)}; echo don""e`);
    const narrow = await terminal.shows("done");
    const lines = narrow.split("\n").filter((line) => /^\d\d:\d\d:/.test(line));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60);
    // Not wrapped: what does not fit is cut, and says so.
    expect(narrow).toMatch(/order 1042 is paid and not shipp…$/m);
    terminal.resize(100, 50);
  });

  test("NO_COLOR takes the colours away", async () => {
    terminal.clear();
    terminal.type(`NO_COLOR=1 throughline show ${sampleId.slice(0, 8)}; echo don""e`);
    await terminal.shows("done");
    // oxlint-disable-next-line no-control-regex
    expect(terminal.screen(true)).not.toMatch(/\u001b\[[\d;]*31m/);
  });

  test("what is longer than the screen goes through the pager, what fits does not", async () => {
    const pager = join(terminal.folder, "pager");
    writeFileSync(pager, '#!/bin/sh\necho "paged $(wc -l) lines"\n', { mode: 0o755 });
    terminal.clear();
    terminal.resize(100, 12);
    terminal.type(`PAGER=${pager} throughline show ${sampleId.slice(0, 8)}; echo don""e`);
    expect(await terminal.shows("done")).toMatch(/paged 2\d lines/);
    terminal.clear();
    terminal.type(
      `PAGER=${pager} throughline show ${sampleId.slice(0, 8)} --no-pager; echo don""e`,
    );
    expect(await terminal.shows("done")).not.toContain("paged");
    terminal.clear();
    terminal.type(`PAGER=${pager} throughline sessions; echo don""e`);
    expect(await terminal.shows("done")).not.toContain("paged");
    terminal.clear();
    terminal.type(`PAGER=no-such-pager throughline show ${sampleId.slice(0, 8)}; echo don""e`);
    expect(await terminal.shows("done")).toContain("card declined by the issuer");
    terminal.resize(100, 50);
  });

  test("lines are followed as they come, cut to the window of the moment; Ctrl-C ends with 130", async () => {
    await say("the first line");
    terminal.clear();
    terminal.type(`throughline logs ${talk} -f; echo "co""de $?"`);
    await terminal.shows("the first line");
    await say("the second line");
    await terminal.shows("the second line");
    terminal.resize(50, 50);
    await say(`a long one ${"x".repeat(200)}`);
    const shown = await terminal.shows("a long one");
    expect(shown.split("\n").find((line) => line.includes("a long one"))).toMatch(/x…$/);
    terminal.press("C-c");
    expect(await terminal.shows("code ")).toContain("code 130");
    terminal.resize(100, 50);
  });

  test("a line that tries to drive the terminal does not", async () => {
    await say("\u001b[2J\u001b]0;owned\u0007\u001b[31mred\u009b1m end\u202e!");
    terminal.clear();
    terminal.type(`throughline logs ${talk} -n 1; echo don""e`);
    const shown = await terminal.shows("done");
    expect(shown).toContain("red end<202E>!");
    expect(shown).toContain("throughline logs");
  });

  test("a reader that closes the pipe early is no failure", async () => {
    terminal.clear();
    terminal.type(
      `throughline logs ${talk} -o jsonl | head -n 1 | cut -c 1-14; echo "co""de \${PIPESTATUS[0]}"`,
    );
    const shown = await terminal.shows("code ");
    expect(shown).toContain('{"timestamp":"');
    expect(shown).toMatch(/code 0/);
    expect(shown).not.toContain("EPIPE");
  });
});
