import { createEngine } from "./engine/engine.ts";
import { httpSource } from "./engine/http-source.ts";
import { answerIn } from "./engine/port.ts";

// SAFETY: this file runs in a dedicated worker, whose global scope sends and receives as its Worker does.
answerIn(self as unknown as Worker, (tell) => createEngine(httpSource(), tell));
