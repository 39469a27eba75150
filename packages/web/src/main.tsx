import { render } from "preact";

import { App } from "./app/app.tsx";
import { applyTheme, currentTheme } from "./app/theme.ts";
import { pathBar } from "./app/use-place.ts";
import { openWorker } from "./engine/open-worker.ts";
import { askBackend } from "./session/contract-tab.tsx";
import "./style/index.css";

applyTheme(currentTheme());
const root = document.getElementById("app");
if (root !== null) {
  render(<App bar={pathBar} openPort={openWorker} askVerdict={askBackend} online />, root);
}
