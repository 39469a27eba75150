import address from "../worker.ts?worker&url";

import type { OpenPort } from "../session/use-session.ts";
import { workerPort } from "./port.ts";

interface Policy {
  createScriptURL(url: string): string;
}

interface WithTrustedTypes {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: Policy): Policy;
  };
}

/** The page allows no text to become script; this one address is ours, from the build. */
const policy: Policy | undefined = (globalThis as WithTrustedTypes).trustedTypes?.createPolicy(
  "throughline",
  { createScriptURL: (url) => url },
);

export const openWorker: OpenPort = (hear) => {
  const url = policy?.createScriptURL(address) ?? address;
  return workerPort(new Worker(url, { type: "module" }), hear);
};
