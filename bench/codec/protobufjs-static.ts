import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import pbjs from "protobufjs-cli/pbjs.js";

/** What the generated module offers of what is measured here. */
export interface StaticDecoder {
  decode(bytes: Uint8Array): unknown;
}

interface Generated {
  opentelemetry: {
    proto: { collector: { trace: { v1: { ExportTraceServiceRequest: StaticDecoder } } } };
  };
}

/** The trace request's decoder as `pbjs -t static-module` generates it; with `--force-number` it knows no Long. */
export async function staticDecoder(...options: string[]): Promise<StaticDecoder> {
  const root = new URL("../../", import.meta.url);
  const protos = fileURLToPath(new URL("test/fixtures/opentelemetry-proto/", root));
  const cache = fileURLToPath(new URL("node_modules/.cache/throughline-bench/", root));
  mkdirSync(cache, { recursive: true });
  const file = `${cache}otlp${options.join("")}.cjs`;
  await new Promise<void>((resolve, reject) => {
    pbjs.main(
      [
        "--target=static-module",
        "--wrap=commonjs",
        `--path=${protos}`,
        `--out=${file}`,
        ...options,
        `${protos}opentelemetry/proto/collector/trace/v1/trace_service.proto`,
      ],
      (error: Error | null) => (error === null ? resolve() : reject(error)),
    );
  });
  const generated = createRequire(pathToFileURL(file))(file) as Generated;
  return generated.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
}
