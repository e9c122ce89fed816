/** The list above the composer: commands, or values for an option. The focus stays in the field. */

import { el, fill, uniqueId } from "./dom.js";

/** The list. `show` fills it for `input`, which names the active row for screen readers. */
export function suggestions() {
  const id = uniqueId("suggestions");
  const head = el("div", { class: "suggest-head" });
  const list = el("div", { class: "suggest-list", role: "listbox", id });
  const foot = el("div", { class: "suggest-foot" });
  const node = el("div", { class: "suggest", hidden: true }, head, list, foot);
  const model = { rows: [], active: -1, input: null, onPick: null };
  // A press must not take the focus out of the field; in Safari a button would.
  node.addEventListener("pointerdown", (event) => event.target.closest("button, input") || event.preventDefault());

  function show({ input, title, rows = [], footer, onPick, active = -1, label }) {
    detach(model.input);
    Object.assign(model, { rows, input, onPick, active: -1 });
    list.setAttribute("aria-label", label ?? "");
    fill(head, title);
    fill(list, rows.map((r, i) => rowNode(r, i)));
    fill(foot, footer);
    node.hidden = !(title || rows.length || footer);
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", String(rows.length > 0));
    activate(rows.length ? Math.min(active, rows.length - 1) : -1);
  }

  function rowNode(row, at) {
    const pick = () => model.onPick(model.rows[at]);
    const onPointer = () => model.active !== at && activate(at, false);
    return el(
      "div",
      { class: "suggest-row", role: "option", id: `${id}-${at}`, "aria-selected": "false", on: { click: pick, pointermove: onPointer } },
      row.picture && el("span", { class: "suggest-picture" }, row.picture),
      el("span", { class: "suggest-texts" }, el("span", { class: "suggest-label" }, row.label, row.beside), row.detail && el("small", {}, row.detail)),
      row.right && el("span", { class: "suggest-right" }, row.right),
    );
  }

  function activate(at, scroll = true) {
    list.children[model.active]?.setAttribute("aria-selected", "false");
    model.active = at;
    const row = list.children[at];
    row?.setAttribute("aria-selected", "true");
    if (scroll) row?.scrollIntoView({ block: "nearest" });
    if (row) model.input.setAttribute("aria-activedescendant", row.id);
    else model.input?.removeAttribute("aria-activedescendant");
  }

  return {
    node,
    show,
    hide() {
      detach(model.input);
      Object.assign(model, { rows: [], active: -1 });
      node.hidden = true;
    },
    move(step) {
      const { length } = model.rows;
      if (!length) return false;
      const from = model.active < 0 && step < 0 ? 0 : model.active;
      activate((from + step + length) % length);
      return true;
    },
    pickActive() {
      const row = model.rows[model.active];
      if (row) model.onPick(row);
      return Boolean(row);
    },
    get isOpen() {
      return !node.hidden;
    },
    get hasRows() {
      return model.rows.length > 0;
    },
    get hasActive() {
      return model.active >= 0;
    },
  };
}

function detach(input) {
  input?.removeAttribute("aria-activedescendant");
  input?.setAttribute("aria-expanded", "false");
}
