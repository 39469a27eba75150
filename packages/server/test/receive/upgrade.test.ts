import { expect, test } from "vitest";

import { sharedBackend } from "../support/backend.ts";
import { rawConnection } from "../support/raw.ts";
import { tracesBody } from "../support/requests.ts";

const shared = sharedBackend();

/** The JDK's client does this on its first request to every address, and exporters in Java use it. */
test("who offers HTTP/2 along with a request is answered in HTTP/1.1", async () => {
  const connection = rawConnection(shared().url);
  const body = Buffer.from(tracesBody({ session: "from-java" }));
  connection.send(
    [
      "POST /v1/traces HTTP/1.1",
      `Host: ${new URL(shared().url).host}`,
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
      "Content-Type: application/x-protobuf",
      `Content-Length: ${body.length}`,
      "",
      "",
    ].join("\r\n"),
  );
  connection.send(body);
  await expect.poll(() => connection.received(), { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 /);
  expect(await shared().json("/api/v1/sessions/from-java")).toMatchObject({ spans: 1 });
});
