import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { FromWriter, ToWriter, WriterSettings } from "./protocol.ts";
import { Upkeep } from "./upkeep.ts";
import { Writer } from "./writer.ts";

/** The one thread that writes. Everything it does is synchronous; the main thread never waits for it. */
function work(port: NonNullable<typeof parentPort>, settings: WriterSettings): void {
  const post = (message: FromWriter, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  let writer: Writer;
  try {
    writer = new Writer(settings, post);
  } catch (error) {
    post({
      type: "refused-to-open",
      message: error instanceof Error ? error.message : String(error),
    });
    port.close();
    return;
  }
  const upkeep = new Upkeep(writer, settings, post);
  post({ type: "opened", days: writer.calendar.days });

  port.on("message", (message: ToWriter) => {
    switch (message.type) {
      case "append":
        writer.append(message);
        break;
      case "set-aside":
        writer.commit();
        writer.calendar.setAside(message.day, message.why);
        post({ type: "days", days: writer.calendar.days });
        break;
      case "findings":
        writer.findings.add(message.session, message.findings);
        break;
      case "close":
        upkeep.stop();
        writer.findings.keep();
        writer.commit();
        writer.calendar.close();
        post({ type: "closed" });
        port.close();
        break;
    }
  });
}

if (!isMainThread && parentPort !== null) work(parentPort, workerData as WriterSettings);
