import type { DecodeLimits } from "../limits.ts";
import { OtlpError, type OtlpErrorCode } from "../otlp-error.ts";

/** An object a JSON parser left: nothing more is known of it. */
export interface Parsed {
  readonly [name: string]: unknown;
}

interface Reads<T> {
  read(reading: JsonReading, value: unknown): T;
}

/** One reading of a JSON request: its limits, and the way down to where it stands, for the path in an error. */
export class JsonReading {
  readonly limits: DecodeLimits;
  readonly onRejected: ((error: OtlpError) => void) | undefined;
  readonly path: (string | number)[] = [];
  depth = 0;
  #rejected = 0;

  constructor(limits: DecodeLimits, onRejected?: (error: OtlpError) => void) {
    this.limits = limits;
    this.onRejected = onRejected;
  }

  fail(code: OtlpErrorCode): never {
    const steps = this.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
    throw new OtlpError(code, 0, `$${steps.join("")}`);
  }

  object(value: unknown): Parsed {
    return isObject(value) ? value : this.fail("json-type");
  }

  array(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : this.fail("json-type");
  }

  /** Reads what stands one step further down. */
  at<T>(step: string | number, value: unknown, codec: Reads<T>): T {
    this.path.push(step);
    const result = codec.read(this, value);
    this.path.pop();
    return result;
  }

  /** Like {@link at}, for something that may be refused without harm to what stands beside it. */
  fenced(step: string | number, read: () => void): void {
    const { length } = this.path;
    this.path.push(step);
    try {
      read();
    } catch (error) {
      if (!(error instanceof OtlpError)) throw error;
      this.depth = 0;
      if (++this.#rejected > this.limits.maxRejected) this.fail("rejections");
      this.onRejected?.(error);
    }
    this.path.length = length;
  }
}

function isObject(value: unknown): value is Parsed {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
