/** Why an attempt failed, as far as HTTP says: what the application sees is the client's own error. */
export class ModelHttpError extends Error {
  override readonly name: string;
  readonly status: number;

  constructor({ status, statusText }: Response) {
    super(`${status} ${statusText}`.trim());
    this.status = status;
    this.name = names.get(status) ?? (status >= 500 ? "InternalServerError" : "APIError");
  }
}

/** As the clients of the providers call them. */
const names: ReadonlyMap<number, string> = new Map([
  [400, "BadRequestError"],
  [401, "AuthenticationError"],
  [403, "PermissionDeniedError"],
  [404, "NotFoundError"],
  [409, "ConflictError"],
  [422, "UnprocessableEntityError"],
  [429, "RateLimitError"],
]);

/** The client gave up waiting. It says so by aborting, as if somebody had changed their mind. */
export class ModelTimeout extends Error {
  override readonly name = "APIConnectionTimeoutError";
}
