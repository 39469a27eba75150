import type { AddressInfo, Server } from "node:net";

import { Refusal } from "./refusal/refusal.ts";

/** The port that was really taken. `option` is what the operator would change. */
export function listen(
  server: Server,
  host: string,
  port: number,
  option: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(explain(error, host, port, option));
    server.once("error", failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", failed);
      // SAFETY: a server that listens on TCP has an AddressInfo.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number, option: string): Error {
  const where = `It was ${host}:${port} (${option}).`;
  if (error.code === "EADDRINUSE") return new Refusal("port_in_use", where);
  const hopeless = ["EACCES", "EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "ERR_SOCKET_BAD_PORT"];
  if (hopeless.includes(error.code ?? "")) {
    return new Refusal("address_unusable", `${where} (${error.code})`);
  }
  return error;
}
