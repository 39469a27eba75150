import protobuf from "protobufjs";

const schema = protobuf.parse(
  `
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
`,
  { keepCase: true },
).root;

export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  readonly retrySeconds: number | undefined;
}

/** Read with a foreign protobuf library: what we write must be what everybody reads. */
export function readStatus(bytes: Uint8Array): RpcStatus {
  const status = schema.lookupType("google.rpc.Status");
  const plain = status.toObject(status.decode(bytes), { defaults: true });
  const retry = plain["details"][0];
  return {
    code: plain["code"],
    message: plain["message"],
    retrySeconds: retry === undefined ? undefined : retrySeconds(retry),
  };
}

function retrySeconds(any: { readonly type_url: string; readonly value: Uint8Array }): number {
  if (any.type_url !== "type.googleapis.com/google.rpc.RetryInfo") throw new Error(any.type_url);
  const info = schema.lookupType("google.rpc.RetryInfo");
  return info.toObject(info.decode(any.value), { longs: Number })["retry_delay"]["seconds"];
}

export async function statusOf(response: Response): Promise<RpcStatus> {
  return readStatus(new Uint8Array(await response.arrayBuffer()));
}
