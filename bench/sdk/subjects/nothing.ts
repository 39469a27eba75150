import type { SetUp } from "../subject.ts";

/** The loop itself. */
export const setUp: SetUp = () => ({ step: () => {}, flush: async () => {} });
