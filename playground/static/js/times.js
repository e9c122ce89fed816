/** Dates as Discord writes them. */

import { el } from "./dom.js";
import { locale, t } from "./texts.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const STEPS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];

const formatted = (date, options) => new Intl.DateTimeFormat(locale(), options).format(date);

/** Hours and minutes. */
export const clockTime = (date) => formatted(date, { timeStyle: "short" });

/** The day, for the line between two days. */
export const dayName = (date) => formatted(date, { dateStyle: "long" });

/** Whether two moments are on one day here. */
export const isSameDay = (a, b) => a.toDateString() === b.toDateString();

/** A message's time: today, yesterday, or the date. */
export function messageTime(date) {
  const now = new Date();
  const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (isSameDay(date, now)) return t("today", { time: clockTime(date) });
  if (isSameDay(date, before)) return t("yesterday", { time: clockTime(date) });
  return formatted(date, STYLES.s);
}

/** How long ago or ahead, in the largest unit that fits. */
function relative(date, now = Date.now()) {
  let amount = (date.getTime() - now) / 1000;
  for (const [unit, next] of STEPS) {
    if (Math.abs(amount) < next) {
      const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
      return format.format(Math.round(amount), unit);
    }
    amount /= next;
  }
  return "";
}

/** The element for `<t:seconds:style>`. */
export function timestamp(seconds, style = "f") {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return document.createTextNode(`<t:${seconds}:${style}>`);
  const text = style === "R" ? relative(date) : formatted(date, STYLES[style]);
  const data = style === "R" ? { relative: seconds } : {};
  const props = { class: "timestamp", datetime: date.toISOString(), dataset: data };
  return el("time", { ...props, title: formatted(date, STYLES.F) }, text);
}

/** Bring every relative timestamp on the page up to date. */
export function refreshRelative() {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    node.textContent = relative(new Date(Number(node.dataset.relative) * 1000));
  }
}
