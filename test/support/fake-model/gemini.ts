import {
  objects,
  isObject,
  offer,
  sendEvents,
  sendJson,
  usage,
  type Answer,
  type JsonObject,
  type Protocol,
} from "./protocol.ts";

/** Gemini's generateContent and streamGenerateContent; countTokens too. */
export const geminiContent: Protocol = {
  path: /:(generateContent|streamGenerateContent|countTokens)$/,

  offers(asked) {
    return objects(asked.tools).flatMap(({ functionDeclarations }) =>
      objects(functionDeclarations).flatMap(({ name, parameters, parametersJsonSchema }) =>
        offer(name, parametersJsonSchema ?? parameters),
      ),
    );
  },

  holdsResult(asked) {
    return objects(asked.contents).some(({ parts }) =>
      objects(parts).some(({ functionResponse }) => isObject(functionResponse)),
    );
  },

  send(response, _asked, answer, path) {
    if (path.endsWith(":countTokens")) {
      sendJson(response, { totalTokens: usage.input });
      return;
    }
    const body = {
      responseId: `gemini-fake-${answer.number}`,
      modelVersion: /models\/([^:/]+):/.exec(path)?.[1] ?? "fake-model",
      candidates: [
        { index: 0, content: { role: "model", parts: [partOf(answer)] }, finishReason: "STOP" },
      ],
      usageMetadata: {
        promptTokenCount: usage.input,
        cachedContentTokenCount: usage.cached,
        candidatesTokenCount: usage.output,
        totalTokenCount: usage.input + usage.output,
      },
    };
    if (path.endsWith(":streamGenerateContent")) sendEvents(response, [{ data: body }]);
    else sendJson(response, body);
  },
};

function partOf({ call, number, text }: Answer): JsonObject {
  return call === undefined
    ? { text }
    : { functionCall: { id: `call_fake_${number}`, name: call.name, args: call.arguments } };
}
