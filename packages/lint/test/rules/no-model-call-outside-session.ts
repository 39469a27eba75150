import { ruleCases } from "../support/rule-cases.ts";

ruleCases("no-model-call-outside-session", {
  reported: {
    "at the top level of a script": {
      code: `
        import OpenAI from "openai";
        const client = new OpenAI();
        const { choices } = await client.chat.completions.create(request); // !`,
      says: "outside",
    },
    "a client from a file of its package": {
      code: `
        import OpenAI from "openai/index";
        await new OpenAI().responses.create({}); // !`,
      says: "outside",
    },
    "in a main function that only the script calls": {
      code: `
        import Anthropic from "@anthropic-ai/sdk";
        const anthropic = new Anthropic();
        async function main() {
          for (const line of lines) await answer(line);
        }
        const answer = async (text: string) => {
          const stream = anthropic.beta.messages.stream({ messages: [text] }); // !
          return stream.finalMessage();
        };
        main().catch(console.error);`,
      says: "outside",
    },
    "a function that calls itself": {
      code: `
        import { GoogleGenAI } from "@google/genai";
        const ai = new GoogleGenAI({});
        async function again(n: number) {
          await ai.models.generateContent({ model }); // !
          if (n > 0) await again(n - 1);
        }
        await again(3);`,
      says: "outside",
    },
    "the AI SDK in what a command line does": {
      code: `
        import { generateText as generate } from "ai";
        import { Command } from "commander";
        const program = new Command();
        program.command("ask").action(async (question) => {
          console.log(await generate({ model, prompt: question })); // !
        });`,
      says: "outside",
    },
    "a chat of Google's, in a promise's callback and a timer": {
      code: `
        import { GoogleGenAI } from "@google/genai";
        const chat = new GoogleGenAI({}).chats.create({ model });
        setInterval(() => {
          poll().then((message) => chat.sendMessage({ message })); // !
        }, 1000);`,
      says: "outside",
    },
    "LangChain, with tools bound": {
      code: `
        import { ChatOpenAI } from "@langchain/openai";
        const model = new ChatOpenAI({ model: "gpt-5.4" }).bindTools(tools);
        await Promise.all(questions.map(async (question) => {
          await model.invoke(question); // !
        }));`,
      says: "outside",
    },
    "the messages of a chat, which nobody else could have put into a session": {
      code: `
        import { App } from "@slack/bolt";
        import { OpenAI } from "openai";
        const app = new App({ token });
        const client = new OpenAI();
        app.message(async ({ message, say }) => {
          await say((await client.responses.create({ input: message.text })).output_text); // !
        });`,
      says: "outside",
    },
    "the socket that a server hands to its listener": {
      code: `
        import { WebSocketServer } from "ws";
        import OpenAI from "openai";
        const client = new OpenAI();
        const server = new WebSocketServer({ port: 8080 });
        server.on("connection", (socket) => {
          socket.on("message", async (data) => {
            socket.send(await client.embeddings.create({ input: String(data) })); // !
          });
        });`,
      says: "outside",
    },
    "a client that is watched, for a watched call needs a session no less": {
      code: `
        import { wrap } from "@throughline/sdk/providers";
        import OpenAI from "openai";
        const client = wrap(new OpenAI());
        await client.chat.completions.create({}); // !`,
      says: "outside",
    },
    "a client that a function of the file makes": {
      code: `
        import OpenAI from "openai";
        const connect = async () => new OpenAI();
        function client() {
          const options = {};
          return new OpenAI(options);
        }
        await client().responses.create({}); // !
        const other = await connect();
        await other.responses.create({}); // !`,
      says: "outside",
    },
    "CommonJS, as compilers write it": {
      code: `
        const openai_1 = __importDefault(require("openai"));
        const client = new openai_1.default();
        async function main() {
          const { data } = await client.beta.chat.completions.parse({}); // !
          return data;
        }
        void main();`,
      says: "outside",
    },
    "beside a session, not in it": {
      code: `
        import OpenAI from "openai";
        import { session } from "@throughline/sdk";
        const client = new OpenAI();
        await session({ id }, (s) => s.turn(() => client.responses.create({})));
        await client.responses.create({}); // !`,
      says: "outside",
    },
    "a house's own client, where it is told of": {
      code: `
        import { ask } from "./models.ts";
        import { createServer } from "./server.ts";
        createServer().handle(async () => {
          await ask("why"); // !
        });`,
      says: "outside",
      options: { calls: { "./models.ts": ["ask"] }, entries: { "./server.ts": ["handle"] } },
    },
  },
  silent: {
    "in a session, in whatever way": `
      import OpenAI from "openai";
      import { session, turn } from "@throughline/sdk";
      const client = new OpenAI();
      const ask = () => client.responses.create({});
      await session({ id }, (s) => s.turn(ask));
      await turn({}, async () => client.responses.create({}));
      const s = session({ id });
      await s.run(() => client.responses.create({}));
      setTimeout(s.bind(async () => client.responses.create({})), 10);`,
    "what others may call from wherever they are": `
      import OpenAI from "openai";
      const client = new OpenAI();
      export async function ask() {
        return client.responses.create({});
      }
      const answer = async () => client.responses.create({});
      async function reply() { return client.responses.create({}); }
      export { answer };
      export default { reply };
      export class Agent {
        readonly first = client.responses.create({});
        ask() { return client.responses.create({}); }
      }`,
    "what is handed a handle": `
      import OpenAI from "openai";
      import type { Place } from "@throughline/sdk";
      const client = new OpenAI();
      async function ask(caller: Place) { await client.responses.create({}); }
      async function untyped(turn) { await client.responses.create({}); }
      ask(somewhere);
      untyped(somewhere);`,
    "by hand, on a handle that is in reach": `
      import OpenAI from "openai";
      import { session } from "@throughline/sdk";
      const client = new OpenAI();
      const s = session({ id });
      const call = s.startLlm({ provider: "openai", model });
      const response = await client.responses.create({});
      call.response({ id: response.id }).end();`,
    "in a web server, whose callers may bring a session along": `
      import OpenAI from "openai";
      import express from "express";
      const client = new OpenAI();
      const app = express();
      app.post("/chat", async (request, response) => {
        response.json(await client.responses.create({ input: request.body }));
      });`,
    "what somebody else runs, who knows when": `
      import OpenAI from "openai";
      import { retry } from "./retry.ts";
      const client = new OpenAI();
      await retry(() => client.responses.create({}));
      async function ask() { await client.responses.create({}); }
      register(ask);`,
    "things that only sound like a model": `
      import twilio from "twilio";
      import OpenAI from "openai";
      const client = twilio(sid, token);
      await client.messages.create({ to, body });
      const openai = new OpenAI();
      await openai.models.list();
      await openai.files.create({});
      const chat = { completions: { create() {} } };
      chat.completions.create();
      import { generateText } from "./ai";
      import { embed } from "ai.js";
      generateText();
      embed();`,
  },
});
