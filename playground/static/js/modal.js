/** Forms that a bot opens. Native dialogs: the focus stays inside, Escape closes. */

import { avatar } from "./avatar.js";
import { el, fill, uniqueId } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { sendModal, settle } from "./interactions.js";
import { markdown } from "./markdown.js";
import { modalField } from "./modal-fields.js";
import { displayName, state } from "./store.js";
import { t } from "./texts.js";

const ROW = 1;
const TEXT_DISPLAY = 10;
const LABEL = 18;

/** Show the form of a `modal` event. */
export function openModal({ interaction, title, components }) {
  settle(interaction);
  const rows = components.map(rowOf);
  const titleId = uniqueId("title");
  const problem = el("div", { class: "modal-problem", role: "alert" });
  const submit = el("button", { type: "submit", class: "button primary" }, t("submit"));
  const dialog = el("dialog", { class: "modal", "aria-labelledby": titleId });
  const close = () => dialog.close();
  const parts = [head(title, titleId, close), body(rows, problem), foot(close, submit)];
  const form = el("form", { novalidate: true }, parts);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isValid(rows)) hand({ interaction, rows, submit, problem, close });
  });
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (rows.find((r) => r.fields.length)?.fields[0].focusable() ?? submit).focus();
}

function head(title, id, close) {
  const leave = iconButton("close", t("close"), close, { size: 22 });
  return el("header", {}, avatar(state.bot.user, 32), el("h2", { id }, title), leave);
}

function body(rows, problem) {
  const note = t("modalNote", { name: displayName(state.bot.user) });
  return el(
    "div",
    { class: "modal-body" },
    el("p", { class: "modal-note" }, icon("warning", 16), note),
    rows.map((r) => r.node),
    problem,
  );
}

function foot(close, submit) {
  const cancel = { type: "button", class: "button plain", on: { click: close } };
  return el("footer", {}, el("button", cancel, t("cancel")), submit);
}

/** One top-level component: its element, its fields, and what it sends. */
function rowOf(component) {
  const { type, id } = component;
  if (type === TEXT_DISPLAY) {
    return {
      node: markdown(component.content, "text-display"),
      fields: [],
      answer: () => ({ type, id }),
    };
  }
  if (type === LABEL) {
    const field = modalField(component.component, component.label, component.description);
    return {
      node: field.node,
      fields: [field],
      answer: () => ({ type, id, component: field.answer() }),
    };
  }
  const fields = component.components.map((c) => modalField(c, c.label ?? "", null));
  const node = el(
    "div",
    {},
    fields.map((f) => f.node),
  );
  return {
    node,
    fields,
    answer: () => ({ type: ROW, id, components: fields.map((f) => f.answer()) }),
  };
}

function isValid(rows) {
  const fields = rows.flatMap((r) => r.fields);
  const wrong = fields.filter((f) => f.check());
  wrong[0]?.focusable()?.focus();
  return wrong.length === 0;
}

async function hand({ interaction, rows, submit, problem, close }) {
  if (submit.disabled) return;
  const busy = (is) => {
    submit.disabled = is;
    fill(submit, is ? el("span", { class: "spinner" }) : t("submit"));
  };
  const failed = (sentence) => {
    busy(false);
    problem.textContent = sentence;
  };
  problem.textContent = "";
  busy(true);
  const ended = (reason) => (reason ? failed(t("submitFailed")) : close());
  await sendModal(
    interaction,
    rows.map((r) => r.answer()),
    ended,
  ).catch((refusal) => failed(refusal.message));
}
