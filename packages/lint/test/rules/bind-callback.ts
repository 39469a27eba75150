import { ruleCases } from "../support/rule-cases.ts";

ruleCases("bind-callback", {
  reported: {
    "log records in a listener at an emitter that others fire": {
      code: `
        import { EventEmitter } from "node:events";
        import { log, session } from "@throughline/sdk";
        const bus = new EventEmitter();
        session({ id }, (s) => {
          bus.on("price", () => log.info("new price")); // !
        });`,
      says: "leaves",
      fixed: ['() => log.info("new price")', 's.bind(() => log.info("new price"))'],
    },
    "a step in one, some callbacks further in": {
      code: `
        import { tool } from "@throughline/sdk";
        import type { Session } from "@throughline/sdk";
        function listen(s: Session, queue) {
          s.turn((turn) => {
            queue.consume("jobs", async function (job) { // !
              await Promise.all(job.parts.map((part) => tool({ name: part }, () => run(part))));
            });
          });
        }`,
      says: "leaves",
      fixed: [
        `async function (job) { // !
              await Promise.all(job.parts.map((part) => tool({ name: part }, () => run(part))));
            }`,
        `turn.bind(async function (job) { // !
              await Promise.all(job.parts.map((part) => tool({ name: part }, () => run(part))));
            })`,
      ],
    },
    "an abort that somebody else issues, where no handle is at hand": {
      code: `
        import { currentSession, session } from "@throughline/sdk";
        const controller = new AbortController();
        session({ id }, () => {
          controller.signal.addEventListener("abort", () => { // !
            audit(currentSession()?.id);
          });
        });`,
      says: "leaves",
    },
    "a model call when the process is told to stop": {
      code: `
        import OpenAI from "openai";
        import { session } from "@throughline/sdk";
        const client = new OpenAI();
        await session({ id }, async (s) => {
          process.once("SIGTERM", async () => { // !
            await client.responses.create({ input: "sum up" });
          });
        });`,
      says: "leaves",
      fixed: [
        `async () => { // !
            await client.responses.create({ input: "sum up" });
          }`,
        `s.bind(async () => { // !
            await client.responses.create({ input: "sum up" });
          })`,
      ],
    },
  },
  silent: {
    "bound, or by its handle": `
      import { log, session, tool } from "@throughline/sdk";
      session({ id }, (s) => {
        bus.on("price", s.bind(() => log.info("new price")));
        bus.on("price", () => s.log.info("new price"));
        bus.on("price", () => s.run(() => tool({ name: "note" }, note)));
      });`,
    "timers and promises, which take the session along": `
      import { log, session } from "@throughline/sdk";
      await session({ id }, async () => {
        setInterval(() => log.info("still here"), 1000);
        await work().then(() => log.info("done"));
      });`,
    "emitters of the session's own": `
      import { spawn } from "node:child_process";
      import { log, session } from "@throughline/sdk";
      let latest;
      await session({ id }, async () => {
        const child = spawn("git", ["log"]);
        child.stdout.on("data", () => log.info("data"));
        latest = spawn("git", ["status"]);
        latest.on("exit", () => log.info("exit"));
      });`,
    "listeners that tell nothing, or stand in no session": `
      import { log, session } from "@throughline/sdk";
      bus.on("price", () => log.info("new price"));
      session({ id }, () => bus.on("price", (price) => prices.push(price)));`,
    "callbacks of who knows whom": `
      import { log, session } from "@throughline/sdk";
      session({ id }, () => cache.fetch("key", () => log.info("missed")));`,
  },
});
