/** The page's sentences, in the language the person's client is set to. */

import { state } from "./store.js";
import english from "./texts/en.js";
import traditional from "./texts/zh-TW.js";
import simplified from "./texts/zh.js";

const CATALOGUES = { en: english, zh: simplified, "zh-TW": traditional };

/** The person's locale, as browsers know it. */
export const locale = () => state.me?.locale ?? "en-US";

/** The sentence for `key` with `{name}` places filled in; English where a language lacks it. */
export function t(key, params = {}) {
  const catalogue = CATALOGUES[locale()] ?? CATALOGUES[locale().split("-")[0]] ?? english;
  const sentence = catalogue[key] ?? english[key];
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(params[name]));
}

/** What a language is called in that language. */
export function languageName(code) {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
