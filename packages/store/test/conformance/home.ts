import type { Delivery, SessionReader } from "@throughline/store";

/** A home under test, however its records get in. */
export interface TestHome {
  readonly reader: SessionReader;
  /** How many made-up stories to tell it, where that takes long; otherwise as many as a case has. */
  readonly stories?: number;
  /** Resolves once everything of these deliveries, in this order, can be read. */
  deliver(deliveries: readonly Delivery[]): Promise<void>;
  close(): Promise<void>;
}

/** One promise that every home keeps. Cases share a home, so each keeps to sessions of its own. */
export interface Case {
  readonly title: string;
  readonly run: (home: TestHome) => Promise<void>;
}
