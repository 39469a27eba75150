/** One thing that was looked at. `odd` may be meant so; `bad` is why sessions do not show up. */
export interface Check {
  readonly level: "good" | "odd" | "bad";
  readonly message: string;
  /** What to do about it; empty when nothing is to be done. */
  readonly hint: string;
}

export function good(message: string): Check {
  return { level: "good", message, hint: "" };
}

export function odd(message: string, hint: string): Check {
  return { level: "odd", message, hint };
}

export function bad(message: string, hint: string): Check {
  return { level: "bad", message, hint };
}
