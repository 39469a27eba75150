import { wrap } from "@throughline/sdk/providers";
import OpenAI from "openai";

/** Each request that it makes is a step of whatever it is made in, with what it used. */
export const client: OpenAI = wrap(new OpenAI());

export const model: string = process.env["MODEL"] ?? "gpt-5.4-mini";
