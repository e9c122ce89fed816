/** The list that a select opens: arrows move, letters filter, Enter chooses. */

import { el, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { openPopup } from "./popup.js";
import { t } from "./texts.js";

const SEARCH_FROM = 8;

/**
 * The open list of the select `box`. One value is committed at once; several are when the list
 * closes, if they changed and are enough.
 */
export class SelectList {
  constructor(box, model, commit) {
    Object.assign(this, { box, model, commit, active: null });
    this.picked = new Set(model.values);
    this.before = this.key();
    this.rows = model.choices.map((choice) => this.row(choice));
    this.list = this.makeList();
    this.search = this.makeSearch();
    const width = { "min-width": `${box.offsetWidth}px` };
    const limits = t("selectUpTo", { min: model.min, max: model.max });
    const foot = model.isMulti && el("div", { class: "select-foot" }, limits);
    const node = el("div", { class: "select-popup", style: width }, this.search, this.list, foot);
    box.setAttribute("aria-expanded", "true");
    this.mark();
    this.popup = openPopup(box, node, { onClose: () => this.closed() });
    this.activate(this.rows.find((r) => this.picked.has(r.choice.value)) ?? this.rows[0]);
  }

  makeList() {
    const multi = { "aria-multiselectable": this.model.isMulti };
    const props = { class: "select-list", role: "listbox", id: uniqueId("list"), ...multi };
    const keepFocus = { pointerdown: (event) => event.preventDefault() };
    const nodes = this.rows.map((r) => r.node);
    return el("div", { ...props, on: keepFocus }, nodes);
  }

  makeSearch() {
    return el("input", {
      class: `select-search ${this.rows.length < SEARCH_FROM ? "sr-only" : ""}`,
      type: "text",
      role: "combobox",
      placeholder: t("searchIn"),
      "aria-label": t("searchIn"),
      "aria-controls": this.list.id,
      "aria-expanded": "true",
      autocomplete: "off",
      on: { input: () => this.filter(), keydown: (event) => this.pressed(event) },
    });
  }

  row(choice) {
    const heard = { click: () => this.choose(choice), pointermove: () => this.activate(found) };
    const detail = choice.detail && el("small", {}, choice.detail);
    const node = el(
      "div",
      { class: "select-row", role: "option", id: uniqueId("option"), on: heard },
      choice.picture && el("span", { class: "select-picture" }, choice.picture),
      el("span", { class: "select-label" }, choice.label, detail),
      el("span", { class: this.model.isMulti ? "tick box" : "tick" }, icon("check", 16)),
    );
    const found = { choice, node };
    return found;
  }

  key() {
    return [...this.picked].sort().join();
  }

  mark() {
    for (const { choice, node } of this.rows) {
      node.setAttribute("aria-selected", String(this.picked.has(choice.value)));
    }
  }

  choose({ value }) {
    if (this.model.isMulti) return this.toggle(value);
    const isAgain = this.picked.has(value);
    this.popup.close();
    return this.commit(isAgain && this.model.min === 0 ? [] : [value]);
  }

  toggle(value) {
    if (this.picked.has(value)) this.picked.delete(value);
    else if (this.picked.size < this.model.max) this.picked.add(value);
    this.mark();
  }

  closed() {
    this.box.setAttribute("aria-expanded", "false");
    const isEnough = this.picked.size >= this.model.min;
    if (this.model.isMulti && isEnough && this.key() !== this.before) this.commit([...this.picked]);
  }

  filter() {
    const wanted = this.search.value.trim().toLowerCase();
    for (const { choice, node } of this.rows) {
      node.hidden = !`${choice.label} ${choice.detail ?? ""}`.toLowerCase().includes(wanted);
    }
    this.activate(this.visible()[0]);
  }

  visible() {
    return this.rows.filter((r) => !r.node.hidden);
  }

  activate(row) {
    if (this.active === row) return;
    this.active?.node.classList.remove("active");
    this.active = row;
    row?.node.classList.add("active");
    row?.node.scrollIntoView({ block: "nearest" });
    this.search.setAttribute("aria-activedescendant", row?.node.id ?? "");
  }

  move(step) {
    const rows = this.visible();
    if (rows.length)
      this.activate(rows[(rows.indexOf(this.active) + step + rows.length) % rows.length]);
  }

  pressed(event) {
    const choose = () => this.active && this.choose(this.active.choice);
    const act = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Enter: choose,
      " ": this.search.value ? null : choose,
      Tab: () => this.popup.close(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
