/** What a command says to the shell. 5 and 6 belong to `verify`. */
export const exit = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  unreachable: 4,
  violated: 5,
  nothingArrived: 6,
  interrupted: 130,
} as const;

/** The command line can't be understood: the message says why, the help how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A failure that is explained: printed without a stack, with what to do about it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly hint: string;
  readonly exitCode: number;

  constructor(message: string, hint = "", exitCode: number = exit.failure) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}
