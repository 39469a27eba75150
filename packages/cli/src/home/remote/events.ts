export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** Far beyond any record; what is longer is no event stream of ours. */
const longestLine = 64 * 1024 * 1024;

/** Server-sent events, as far as they have arrived whole. Lines end in any of the three ways the standard allows. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<SentEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  let event = { id: "", type: "", data: [] as string[] };
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > longestLine) throw new Error("the event stream has no line breaks");
    // A lone CR at the end may be the first half of CRLF.
    const whole = rest.endsWith("\r") ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, whole).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + rest.slice(whole);
    for (const line of lines) {
      if (line !== "") {
        take(event, line);
        continue;
      }
      const { data, id, type } = event;
      if (data.length > 0) yield { id, type: type || "message", data: data.join("\n") };
      event = { id: "", type: "", data: [] };
    }
  }
}

function take(event: { id: string; type: string; data: string[] }, line: string): void {
  const colon = line.indexOf(":");
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (field === "data") event.data.push(value);
  else if (field === "event") event.type = value;
  else if (field === "id") event.id = value;
}
