import type { Visit } from "../door/visit.ts";
import { Parameters } from "../protocol/parameters.ts";
import { upload } from "../receive/body.ts";
import type { Receiver } from "../receive/receiver.ts";
import { Refusal } from "../refusal/refusal.ts";

/** Twice what the longest query is, as escapes make it longer. */
const longest = 1024 * 1024;

/** Long queries come as a form; what the address says counts first. */
export async function readForm(
  { query, request }: Visit,
  { intake }: Receiver,
): Promise<Parameters> {
  if (request.method !== "POST") return new Parameters(query);
  if (Number(request.headers["content-length"] ?? 0) > longest)
    throw new Refusal("too_large", `A form may have ${longest} bytes.`);
  const hold = intake.hold();
  try {
    const body = await upload(request, longest, hold);
    return new Parameters(
      query,
      Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8"),
    );
  } finally {
    hold.release();
  }
}
