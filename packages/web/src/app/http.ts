/** A refusal of the server, in its own sentence. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      headers: { accept: "application/json" },
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Refused(
      "unreachable",
      "The backend does not answer. Is `throughline up` still running?",
    );
  }
  const body: unknown = await response.json().catch(() => undefined);
  // SAFETY: the API and this page come from the same build of the same server.
  if (response.ok && body !== undefined) return body as T;
  throw refusal(body, response.status);
}

function refusal(body: unknown, status: number): Refused {
  const error = isBag(body) && isBag(body["error"]) ? body["error"] : {};
  const words = [error["message"], error["hint"]].filter((word) => typeof word === "string");
  const code = typeof error["code"] === "string" ? error["code"] : String(status);
  return new Refused(code, words.length > 0 ? words.join(" ") : `The backend answered ${status}.`);
}

function isBag(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}
