import { pretendModel } from "./model.ts";

const model = await pretendModel(Number(process.env["PORT"] ?? 4010));
console.log(`OPENAI_BASE_URL=${model.url} OPENAI_API_KEY=none`);
