import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { catalogue, type CatalogueEntry } from "../../src/index.ts";

const page = fileURLToPath(new URL("../../../../docs/errors.md", import.meta.url));

const grpcNames: Readonly<Record<number, string>> = {
  3: "INVALID_ARGUMENT",
  8: "RESOURCE_EXHAUSTED",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  16: "UNAUTHENTICATED",
};

function section([code, entry]: readonly [string, CatalogueEntry]): string {
  const { http, grpc, retryAfter, what, todo } = entry;
  const wire = [
    http === undefined ? "at start, exit code 1" : `HTTP ${http}`,
    grpc === undefined ? "" : `gRPC ${grpc} ${grpcNames[grpc]}`,
    retryAfter === undefined ? "" : `Retry-After ${retryAfter} s`,
  ];
  return `## ${code}

${wire.filter((part) => part !== "").join(" · ")}

${what} ${todo}
`;
}

/** The page is written by this test (`vitest -u`) and compared by it ever after. */
test("docs/errors.md explains every refusal as the server does", async () => {
  const text = `# Errors

What the server refuses, and what to do about it. Session and read APIs answer with
\`{"error": {"code", "message", "hint"}}\`; the OTLP doors with a \`google.rpc.Status\`, as their protocol asks; in both the message
starts with the sentence below. Codes are stable, wording is not.

${Object.entries(catalogue).map(section).join("\n")}`;
  await expect(text).toMatchFileSnapshot(page);
});

test("every refusal says what happened and what to do, in whole sentences", () => {
  for (const entry of Object.values<CatalogueEntry>(catalogue)) {
    expect(entry.what).toMatch(/\.$/);
    expect(entry.todo).toMatch(/\.$/);
  }
});
