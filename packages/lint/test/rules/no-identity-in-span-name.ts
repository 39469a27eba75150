import { ruleCases } from "../support/rule-cases.ts";

ruleCases("no-identity-in-span-name", {
  reported: {
    "a session id in a template": {
      code: "tracer.startSpan(`chat ${sessionId}`); // !",
      says: "identity",
      suggested: ["remove", "`chat ${sessionId}`", `"chat"`],
    },
    "a session id in a sum, with what separates it": {
      code: `tracer.startActiveSpan("turn: " + request.session_id, (span) => span.end()); // !`,
      says: "identity",
      suggested: ["remove", `"turn: " + request.session_id`, `"turn"`],
    },
    "a session id alone": {
      code: `span.updateName(session.id); // !`,
      says: "identity",
    },
    "a session's own id in the name of a step": {
      code: `
        import { session } from "@throughline/sdk";
        await session({}, async (s) => {
          await s.turn((turn) => turn.agent({ name: \`researcher-\${s.id}\` }, look)); // !
        });`,
      says: "identity",
      suggested: ["remove", "`researcher-${s.id}`", `"researcher"`],
    },
    "an address, where more than that changes": {
      code: "tracer.startSpan(`mail ${kind} to ${user.email}`); // !",
      says: "identity",
    },
    "an address, written as constants are": {
      code: "tracer.startSpan(`mail to ${USER_EMAIL}`); // !",
      says: "identity",
      suggested: ["remove", "`mail to ${USER_EMAIL}`", `"mail to"`],
    },
    "an address as it is": {
      code: `tracer.startSpan("report for jo.doe@example.com"); // !`,
      says: "identity",
    },
  },
  silent: {
    "names of kinds": `
      tracer.startSpan("chat");
      tracer.startSpan(\`chat \${model}\`);
      tracer.startSpan(\`session \${agent}\`);
      tracer.startActiveSpan(\`GET \${route}\`, work);
      span.updateName(operation + " " + tool.name);`,
    "where ids belong": `
      import { agent, session } from "@throughline/sdk";
      await session({ id: sessionId }, () => agent({ name: "researcher", runId: sessionId }, look));
      tracer.startSpan("chat", { attributes: { "session.id": sessionId } });
      span.setAttribute("user", email);`,
    "words that only end alike": `
      tracer.startSpan(\`play \${voicemail}\`);
      tracer.startSpan(\`count \${obsessionId}\`);
      tracer.startSpan("clone git@github.com:throughline");
      tracer.startSpan("install openai@7.57.0");`,
    "words that are about them": `
      tracer.startSpan("send e-mail");
      tracer.startSpan(\`validate \${emailProvider}\`);
      tracer.startSpan(\`turn \${turn.id}\`);`,
    "names of other things": `
      logger.info(\`chat \${sessionId}\`);
      router.agent({ name: \`researcher \${sessionId}\` });`,
  },
});
