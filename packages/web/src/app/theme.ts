/** Light, dark, or as the system has it. Kept in this browser only. */
const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const slot = "throughline.theme";

export function currentTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(slot)) ?? "system";
  } catch {
    // A file from disk may be denied storage.
    return "system";
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  dispatchEvent(new Event("theme"));
}

export function nextTheme(): Theme {
  const next = themes[(themes.indexOf(currentTheme()) + 1) % themes.length] ?? "system";
  try {
    localStorage.setItem(slot, next);
  } catch {
    // It then holds until the page is closed.
  }
  applyTheme(next);
  return next;
}
