import { Writable } from "node:stream";

/** Takes what a logger writes, as the objects that its lines are. */
export class Lines extends Writable {
  readonly lines: { readonly [field: string]: unknown }[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const line of chunk.toString().split("\n")) {
      if (line !== "") this.lines.push(JSON.parse(line) as { [field: string]: unknown });
    }
    done();
  }
}
