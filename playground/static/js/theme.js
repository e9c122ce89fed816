/** Dark, light, or as the system has it; the choice is remembered. */

const KEY = "playground.theme";

/** The themes a person can choose, in the order they are offered. */
export const THEMES = ["system", "dark", "light"];

/** The chosen theme. */
export const theme = () => localStorage.getItem(KEY) ?? "system";

/** Choose a theme and remember it. */
export function chooseTheme(name) {
  localStorage.setItem(KEY, name);
  applyTheme();
}

/** Show the page in the chosen theme. */
export function applyTheme() {
  document.documentElement.dataset.theme = theme();
}
