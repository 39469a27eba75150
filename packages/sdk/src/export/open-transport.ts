import { GrpcTransport } from "./grpc.ts";
import { HttpTransport } from "./http.ts";
import type { DeliverySettings } from "./settings.ts";
import type { Transport } from "./transport.ts";

/** A signal may have a protocol of its own. */
export function openTransport(settings: DeliverySettings): Transport {
  const { traces, logs } = settings;
  const speak = {
    "http/protobuf": new HttpTransport(settings),
    grpc: new GrpcTransport(settings),
  };
  const transports = { traces: speak[traces.protocol], logs: speak[logs.protocol] };
  return {
    send: (signal, body) => transports[signal].send(signal, body),
    close() {
      speak["http/protobuf"].close();
      speak.grpc.close();
    },
  };
}
