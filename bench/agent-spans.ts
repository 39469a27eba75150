/** `npm run bench -- agent-spans [seed]`: counts what the spans are like that other benchmarks send. */
import { createSkimmer } from "@throughline/core/otlp";
import { agentSpans } from "./lib/agent-spans.ts";

export function run(args: string[]): Promise<void> {
  const agents = agentSpans(Number(args[0] ?? 1));
  const skimmer = createSkimmer({ attributes: [], resourceAttributes: [] });
  const sum = { bytes: 0, attributes: 0, events: 0, links: 0, failed: 0, "over 2 KB": 0 };
  let spans = 0;
  for (let batch = 0; batch < 40; batch++) {
    const request = agents.request();
    sum.bytes += request.length;
    spans += skimmer.traces(request, (span) => {
      sum.attributes += span.attributeCount;
      sum.events += span.eventCount;
      sum.links += span.linkCount;
      sum.failed += Number(span.statusCode === 2);
      sum["over 2 KB"] += Number(span.end - span.start > 2048);
    }).accepted;
  }
  console.log(`${spans} spans; on average a span has`);
  for (const [what, count] of Object.entries(sum)) {
    console.log(`  ${(count / spans).toFixed(2).padStart(8)} ${what}`);
  }
  return Promise.resolve();
}
