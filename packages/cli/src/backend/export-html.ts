import { CommandError, exit } from "../exit-codes.ts";
import type { ExportFormat } from "../export/format.ts";
import { recordsOf } from "../home/records.ts";

/** One session in the page itself, with what verifying it finds. The page is the server's, so this stands here. */
export const exportHtml: ExportFormat = async function* ({ id, reader }) {
  const { exportPage, PageNotBuilt } = await import("@throughline/server/page");
  const [session, verdict] = await Promise.all([reader.session(id), reader.findings(id)]);
  if (session === undefined) {
    throw new CommandError(`session "${id}" has gone.`, "", exit.notFound);
  }
  try {
    yield* exportPage({ session, records: recordsOf(reader, id, {}), verdict: verdict ?? null });
  } catch (error) {
    if (!(error instanceof PageNotBuilt)) throw error;
    throw new CommandError(`${error.message}.`, "In a clone, npm run build:page builds it.");
  }
};
