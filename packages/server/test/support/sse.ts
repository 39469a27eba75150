import { request, type IncomingMessage } from "node:http";

export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

export interface EventStream extends AsyncIterable<SentEvent> {
  readonly response: IncomingMessage;
  /** The comment lines seen so far: heartbeats. */
  readonly comments: readonly string[];
  close(): void;
}

/** A reader of server-sent events as strict as a browser: an event is what stands before an empty line. */
export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(url, { headers }, resolve);
    asked.on("error", reject);
    asked.end();
  });
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  const comments: string[] = [];
  return {
    response,
    comments,
    close: () => response.destroy(),
    async *[Symbol.asyncIterator]() {
      let rest = "";
      response.setEncoding("utf8");
      try {
        for await (const chunk of response) {
          rest += String(chunk);
          for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
            const block = rest.slice(0, end);
            rest = rest.slice(end + 2);
            if (block.startsWith(":")) comments.push(block);
            const event = parseEvent(block);
            if (event !== undefined) yield event;
          }
        }
      } catch (error) {
        // Closed by us, or by a server that was killed: the stream is over either way.
        if (!response.destroyed) throw error;
      }
    },
  };
}

function parseEvent(block: string): SentEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  const data = fields.get("data");
  if (data === undefined) return undefined;
  return { id: fields.get("id") ?? "", type: fields.get("event") ?? "", data: JSON.parse(data) };
}
