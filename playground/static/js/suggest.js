/** The list above the composer: commands, or values for an option. The focus stays in the field. */

import { el, fill, uniqueId } from "./dom.js";

/** The list; `show` fills it for a field, which names the active row for screen readers. */
export class Suggestions {
  constructor() {
    this.id = uniqueId("suggestions");
    this.head = el("div", { class: "suggest-head" });
    this.list = el("div", { class: "suggest-list", role: "listbox", id: this.id });
    this.foot = el("div", { class: "suggest-foot" });
    this.node = el("div", { class: "suggest", hidden: true }, this.head, this.list, this.foot);
    this.rows = [];
    this.active = -1;
    this.input = null;
    // A press must not take the focus out of the field.
    this.node.addEventListener(
      "pointerdown",
      (event) => event.target.closest("button") || event.preventDefault(),
    );
  }

  get isOpen() {
    return !this.node.hidden;
  }

  get hasRows() {
    return this.rows.length > 0;
  }

  get hasActive() {
    return this.active >= 0;
  }

  /**
   * Show `rows` (`{label, beside, detail, picture, right, value}`) for `input`, between a title
   * and a footer. `onPick(row)` is told which one was chosen; `active` is marked at first.
   */
  show({ input, title, rows = [], footer, onPick, active = -1, label = "" }) {
    this.detach();
    Object.assign(this, { rows, input, onPick, active: -1 });
    this.list.setAttribute("aria-label", label);
    fill(this.head, title);
    fill(
      this.list,
      rows.map((row, at) => this.rowNode(row, at)),
    );
    fill(this.foot, footer);
    this.node.hidden = !(title || rows.length || footer);
    input.setAttribute("aria-controls", this.id);
    input.setAttribute("aria-expanded", String(rows.length > 0));
    this.activate(Math.min(active, rows.length - 1));
  }

  /** Take the list away. */
  hide() {
    this.detach();
    this.rows = [];
    this.active = -1;
    this.node.hidden = true;
  }

  /** Move the mark by `step` rows, around the ends; answers whether there are rows. */
  move(step) {
    const { length } = this.rows;
    if (!length) return false;
    const from = this.active < 0 && step < 0 ? 0 : this.active;
    this.activate((from + step + length) % length);
    return true;
  }

  /** Choose the marked row; answers whether there was one. */
  pickActive() {
    const row = this.rows[this.active];
    if (row) this.onPick(row);
    return Boolean(row);
  }

  rowNode(row, at) {
    const heard = {
      click: () => this.onPick(row),
      pointermove: () => this.active !== at && this.activate(at, false),
    };
    return el(
      "div",
      {
        class: "suggest-row",
        role: "option",
        id: `${this.id}-${at}`,
        "aria-selected": "false",
        on: heard,
      },
      row.picture && el("span", { class: "suggest-picture" }, row.picture),
      el(
        "span",
        { class: "suggest-texts" },
        el("span", { class: "suggest-label" }, row.label, row.beside),
        row.detail && el("small", {}, row.detail),
      ),
      row.right && el("span", { class: "suggest-right" }, row.right),
    );
  }

  activate(at, scroll = true) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = at;
    const row = this.list.children[at];
    row?.setAttribute("aria-selected", "true");
    if (scroll) row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input?.removeAttribute("aria-activedescendant");
  }

  detach() {
    this.input?.removeAttribute("aria-activedescendant");
    this.input?.setAttribute("aria-expanded", "false");
  }
}
