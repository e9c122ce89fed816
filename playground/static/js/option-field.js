/** One option of a command: its name, and a field that grows with what is typed. */

import { el, fill, uniqueId } from "./dom.js";
import { FileDrop } from "./file-drop.js";
import { iconButton } from "./icons.js";
import { t } from "./texts.js";
import { read, Type } from "./values.js";

const KEYBOARDS = { [Type.INTEGER]: "numeric", [Type.NUMBER]: "decimal" };

/** The field for `option`, told its `handlers`: `onInput`, `onFocus`, `onKey`, `onRemove`. */
export function optionField(option, handlers) {
  const Field = option.type === Type.ATTACHMENT ? FileField : TextField;
  return new Field(option, handlers);
}

/** A field one types in; for a listed option the text is what the chosen suggestion is called. */
class TextField {
  constructor(option, { onInput, onFocus, onKey, onRemove }) {
    this.option = option;
    this.picked = null;
    this.problem = null;
    this.errorNode = el("span", { class: "sr-only", id: uniqueId("error") });
    this.input = this.makeInput();
    this.grow = el("span", { class: "grow" }, this.input);
    this.node = el(
      "span",
      { class: "option-chip", on: { click: () => this.input.focus() } },
      el("span", { class: "option-label" }, option.shown),
      this.grow,
      onRemove && removeButton(option, onRemove),
      this.errorNode,
    );
    this.input.addEventListener("input", () => {
      this.changed();
      onInput(this);
    });
    this.input.addEventListener("focus", () => onFocus(this));
    this.input.addEventListener("keydown", (event) => onKey(event, this));
  }

  makeInput() {
    const { option } = this;
    return el("textarea", {
      class: "option-input",
      cols: 1,
      rows: 1,
      role: "combobox",
      "aria-label": `${option.shown}${option.required ? "" : ` (${t("optional")})`}`,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-describedby": this.errorNode.id,
      inputmode: KEYBOARDS[option.type] ?? "text",
      spellcheck: "false",
      autocomplete: "off",
      dataset: { option: option.name },
    });
  }

  get text() {
    return this.input.value;
  }

  get isEmpty() {
    return !this.text;
  }

  /** Put `text` in; `picked` is the suggestion it stands for. */
  set(text, picked = null) {
    this.input.value = text;
    this.grow.dataset.value = text;
    this.picked = picked;
  }

  changed() {
    // Slash commands have no line breaks.
    const text = this.text.replace(/\s*\n\s*/g, " ");
    this.set(text, this.picked?.label === text ? this.picked : null);
    this.showProblem(null);
  }

  read() {
    return read(this.option, this.text, this.picked);
  }

  /** Say what is wrong: a text's key and its parameters, or `null`. */
  showProblem(problem) {
    this.problem = problem;
    this.node.classList.toggle("wrong", Boolean(problem));
    this.input.setAttribute("aria-invalid", String(Boolean(problem)));
    this.errorNode.textContent = problem ? t(...problem) : "";
  }
}

/** A field that takes a file; where it is chosen, `drop.node`, stands above the composer's line. */
class FileField {
  constructor(option, { onFocus, onKey }) {
    const label = `${option.shown}: ${t("chooseFile")}`;
    this.option = option;
    this.problem = null;
    this.status = el("span", { class: "option-file" });
    this.node = el(
      "button",
      {
        type: "button",
        class: "option-chip file",
        "aria-label": label,
        dataset: { option: option.name },
      },
      el("span", { class: "option-label" }, option.shown),
      this.status,
    );
    this.input = this.node;
    this.drop = new FileDrop({ label, onChange: () => this.showStatus() });
    this.node.addEventListener("click", () => this.drop.focusable.focus());
    this.node.addEventListener("focus", () => onFocus(this));
    this.node.addEventListener("keydown", (event) => {
      if (!this.isEmpty || event.key !== "Enter") onKey(event, this);
    });
    this.showStatus();
  }

  get text() {
    return "";
  }

  get isEmpty() {
    return this.drop.isEmpty;
  }

  read() {
    if (this.drop.isBusy) return { error: ["error.uploading"] };
    const [attachment] = this.drop.attachments;
    if (attachment) return { value: attachment.id };
    return this.option.required ? { error: ["error.file"] } : {};
  }

  showStatus() {
    const name = this.isEmpty ? t("chooseFile") : this.drop.attachments[0]?.filename;
    fill(this.status, name ?? "…");
    if (!this.isEmpty) this.showProblem(null);
  }

  showProblem(problem) {
    this.problem = problem;
    this.node.classList.toggle("wrong", Boolean(problem));
  }
}

function removeButton(option, onRemove) {
  const label = t("removeOption", { name: option.shown });
  return iconButton("close", label, onRemove, { size: 14, class: "chip-remove", tabindex: -1 });
}
