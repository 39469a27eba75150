/**
 * `npm run bench -- codec [seed]`: skim and full decoding against protobufjs' static decoder, encoding against the official
 * OTLP transformer. Only ratios within one run mean anything.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  ByteWriter,
  createSkimmer,
  decodeTraces,
  encodeHeldResource,
  encodeHeldScope,
  encodeTraces,
  frameRequest,
  type HeldSpan,
  writeHeldSpan,
  type WriteUtf8,
} from "@throughline/core/otlp";
import { agentSpans } from "../lib/agent-spans.ts";
import { staticDecoder } from "./protobufjs-static.ts";
import { printTable, takeTurns } from "./rounds.ts";

const BATCH = 500;
const BATCHES = 20;
const ROUNDS = 11;

const PROMOTED = [
  "session.id",
  "user.id",
  "gen_ai.operation.name",
  "gen_ai.request.model",
  "gen_ai.tool.name",
  "gen_ai.agent.name",
  "gen_ai.usage.input_tokens",
  "gen_ai.usage.output_tokens",
  "throughline.cost.usd",
];

export async function run(args: string[]): Promise<void> {
  const seed = Number(args[0] ?? 1);
  await decoding(seed);
  encoding(seed);
}

async function decoding(seed: number): Promise<void> {
  const agents = agentSpans(seed);
  // As any emitter writes them, canonical; as Buffers, which is where protobufjs is fastest and what HTTP bodies are.
  const batches = Array.from({ length: BATCHES }, () =>
    Buffer.from(encodeTraces(decodeTraces(agents.request(BATCH)))),
  );
  const bytes = batches.reduce((sum, batch) => sum + batch.length, 0);
  const withLong = await staticDecoder();
  const withNumbers = await staticDecoder("--force-number");
  const skimmer = createSkimmer({
    attributes: PROMOTED,
    resourceAttributes: ["service.name", "service.instance.id", "session.id"],
  });
  let at = 0;
  const each = (decode: (batch: Uint8Array) => unknown) => () => decode(batches[at++ % BATCHES]!);
  let tokens = 0;
  const timings = takeTurns(
    [
      { name: "protobufjs static", run: each((batch) => withLong.decode(batch)) },
      { name: "protobufjs static --force-number", run: each((batch) => withNumbers.decode(batch)) },
      {
        name: "skim",
        run: each((batch) =>
          skimmer.traces(batch, (span) => {
            const input = span.values[6];
            if (typeof input === "number") tokens += input;
          }),
        ),
      },
      { name: "full decode", run: each((batch) => decodeTraces(batch)) },
    ],
    ROUNDS,
    300,
  );
  if (tokens === 0) throw new Error("The skim read nothing.");
  const perBatch = bytes / BATCHES;
  for (const against of ["protobufjs static", "protobufjs static --force-number"]) {
    printTable(
      `Decoding batches of ${BATCH} agent spans of ${Math.round(perBatch / BATCH)} B (seed ${seed}, ${ROUNDS} rounds)`,
      timings,
      against,
      { name: "k spans/s", of: (ms) => (BATCH / ms).toFixed(0) },
    );
  }
}

/** Buffer's native write, which the SDK brings along. */
const utf8Write: WriteUtf8 = (target, text, at) =>
  Buffer.prototype.utf8Write.call(target, text, at, target.length - at);

function encoding(seed: number): void {
  for (const [title, length] of [
    ["without content", 0],
    ["with 1 KB of text", 1_000],
    ["with 20 KB of text", 20_000],
    ["with 200 KB of text", 200_000],
  ] as const) {
    const spans = agentSpans(seed)
      .spans(64)
      .map(({ span }) => withText(span, length));
    const resource = resourceFromAttributes({ "service.name": "agent", "service.version": "1" });
    const instrumentationScope = { name: "bench", version: "1" };
    const readable = spans.map(
      (span) => ({ ...span, resource, instrumentationScope }) as ReadableSpan,
    );
    const encodedResource = encodeHeldResource(resource.attributes);
    const scope = encodeHeldScope(instrumentationScope);
    let at = 0;
    const ours = (w: ByteWriter) => () => {
      w.pos = 0;
      writeHeldSpan(w, spans[at++ % spans.length]!);
      const records = [w.bytes.subarray(0, w.pos)];
      return frameRequest([{ resource: encodedResource, scopes: [{ scope, records }] }]);
    };
    const timings = takeTurns(
      [
        {
          name: "otlp-transformer",
          run: () => ProtobufTraceSerializer.serializeRequest([readable[at++ % readable.length]!]),
        },
        { name: "ours, Buffer", run: ours(new ByteWriter(1 << 20, utf8Write)) },
        { name: "ours, TextEncoder", run: ours(new ByteWriter(1 << 20)) },
      ],
      ROUNDS,
      100,
    );
    printTable(`Encoding one span ${title}`, timings, "otlp-transformer", {
      name: "µs/span",
      of: (ms) => (ms * 1000).toFixed(2),
    });
  }
}

function withText(span: HeldSpan, length: number): HeldSpan {
  if (length === 0) return span;
  const text = "What the agent was told, and told again. ".repeat(length / 40).slice(0, length);
  return { ...span, attributes: { ...span.attributes, "gen_ai.input.messages": text } };
}
