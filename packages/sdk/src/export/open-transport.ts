import { GrpcTransport } from "./grpc.ts";
import { HttpTransport } from "./http.ts";
import type { DeliverySettings } from "./settings.ts";
import type { Transport } from "./transport.ts";

export function openTransport(settings: DeliverySettings): Transport {
  return settings.protocol === "grpc" ? new GrpcTransport(settings) : new HttpTransport(settings);
}
