import { createHash } from "node:crypto";

/** Names that every file system keeps apart: lower case, no dots, nothing that Windows takes for a device. */
const plain = /^[a-z0-9][a-z0-9_-]{0,79}$/;
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
/** How the other kind of name ends: no plain one may, or a hostile id could name another session's file. */
const digestEnd = /(?:^|-)[0-9a-f]{16}$/;

/**
 * What a session's file is called, without extension. An id is a stranger's text: it may be a path, a device, or differ from
 * another one in capitals alone. Most ids are harmless and are themselves; all others get a readable part and a digest.
 */
export function fileNameOf(sessionId: string): string {
  if (plain.test(sessionId) && !device.test(sessionId) && !digestEnd.test(sessionId)) {
    return sessionId;
  }
  const readable = sessionId
    .slice(0, 200)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-|-$/g, "");
  const digest = createHash("sha256").update(sessionId).digest("hex").slice(0, 16);
  return readable === "" ? digest : `${readable}-${digest}`;
}
