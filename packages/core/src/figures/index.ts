export { agoText, durationText } from "./time.ts";
export { briefText, bytesText, costText } from "./amount.ts";
