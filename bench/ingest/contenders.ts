import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readdirSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { zstdCompressSync, constants } from "node:zlib";
import { createSkimmer } from "@throughline/core/otlp";
import { openEmbeddedHome } from "@throughline/store";

export type Body = Uint8Array<ArrayBuffer>;

/** Something that makes requests durable. */
export interface Contender {
  readonly name: string;
  /** Resolves once the request is on disk. */
  append(body: Body): Promise<void>;
  /** Writes what waits; bytes on disk. */
  close(): Promise<number>;
}

const GATHER_MS = 50;

/** The bare limit: the bytes as they came, appended, one fdatasync per 50 ms. */
export function rawAppend(directory: string): Contender {
  return grouped("append raw + fdatasync", join(directory, "raw"), (body) => body);
}

/** What any store that reads and compresses pays at least. */
export function skimAndCompress(directory: string): Contender {
  const skimmer = createSkimmer({
    attributes: ["session.id", "gen_ai.operation.name", "gen_ai.request.model", "gen_ai.tool.name"],
    resourceAttributes: ["service.name"],
  });
  const options = {
    chunkSize: 1 << 18,
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  };
  return grouped("skim + zstd + fdatasync", join(directory, "zstd"), (body) => {
    skimmer.traces(body, () => {});
    return zstdCompressSync(body, options);
  });
}

function grouped(name: string, path: string, encode: (body: Body) => Uint8Array): Contender {
  const file = openSync(path, "w");
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const commit = (): void => {
    timer = undefined;
    fdatasyncSync(file);
    const done = waiting;
    waiting = [];
    for (const acknowledge of done) acknowledge();
  };
  return {
    name,
    append(body) {
      writeSync(file, encode(body));
      timer ??= setTimeout(commit, GATHER_MS);
      return new Promise((resolve) => waiting.push(resolve));
    },
    async close() {
      const bytes = fstatSync(file).size;
      closeSync(file);
      return bytes;
    },
  };
}

export async function embeddedStore(directory: string): Promise<Contender> {
  const home = await openEmbeddedHome({ directory, report: (line) => console.error(line) });
  return {
    name: "embedded store",
    async append(body) {
      await home.writer.append({ signal: "traces", body });
    },
    async close() {
      await home.close();
      return readdirSync(directory)
        .filter((name) => name.includes(".db"))
        .map((name) => statSync(join(directory, name)).size)
        .reduce((sum, size) => sum + size, 0);
    },
  };
}
