/** The inputs of a form, each with its label, its limits and its answer. */

import { el, uniqueId } from "./dom.js";
import { FileDrop } from "./file-drop.js";
import { initialValues, select } from "./select.js";
import { t } from "./texts.js";

const PARAGRAPH = 2;
const CHECKBOX = 23;
const LONGEST = 4000;
const KINDS = {
  4: textInput,
  3: selectInput,
  5: selectInput,
  6: selectInput,
  7: selectInput,
  8: selectInput,
  19: fileInput,
  21: radioInput,
  22: checkboxesInput,
  23: checkboxInput,
};

/**
 * A field: `node`, `answer()` as Discord sends it, `check()` shows and returns what is wrong,
 * `focusable()` is where the focus goes.
 */
export function modalField(component, label, description) {
  const ids = { label: uniqueId("label"), hint: uniqueId("hint"), error: uniqueId("error") };
  const isAlone = component.type === CHECKBOX;
  const made = (KINDS[component.type] ?? textInput)(component, { label, description, ids });
  const isRequired = component.required ?? true;
  const error = el("div", { class: "field-error", id: ids.error, role: "alert" });
  const node = el(
    "div",
    { class: "field" },
    !isAlone && fieldLabel(label, isRequired, { id: ids.label, for: made.inputId }),
    !isAlone && description && el("div", { class: "field-hint", id: ids.hint }, description),
    made.node,
    error,
  );
  return {
    node,
    focusable: made.focusable,
    answer: () => ({
      type: component.type,
      id: component.id,
      custom_id: component.custom_id,
      ...made.value(),
    }),
    check() {
      const problem = made.problem(isRequired);
      error.textContent = problem ? t(...problem) : "";
      node.classList.toggle("wrong", Boolean(problem));
      return problem;
    },
  };
}

function fieldLabel(label, isRequired, props) {
  const star = el("span", { class: "required", title: t("requiredField") }, " *");
  return el("label", { class: "field-label", ...props }, label, isRequired && star);
}

function textInput(component, { ids }) {
  const isLong = component.style === PARAGRAPH;
  const max = component.max_length ?? LONGEST;
  const min = component.min_length ?? 0;
  const inputId = uniqueId("input");
  const input = el(isLong ? "textarea" : "input", {
    id: inputId,
    class: "text-input",
    rows: isLong ? 4 : undefined,
    type: isLong ? undefined : "text",
    placeholder: component.placeholder,
    "aria-describedby": `${ids.hint} ${ids.error}`,
    autocomplete: "off",
    dataset: { customId: component.custom_id },
  });
  input.value = component.value ?? "";
  const count = el("span", { class: "count" });
  const recount = () => {
    const { length } = input.value;
    count.textContent = `${length}/${max}`;
    count.classList.toggle("over", length > max);
  };
  input.addEventListener("input", recount);
  recount();
  return {
    inputId,
    node: el("div", { class: `text-field ${isLong ? "long" : ""}` }, input, count),
    focusable: () => input,
    value: () => ({ value: input.value }),
    problem(isRequired) {
      const { length } = input.value;
      if (!input.value.trim()) return isRequired ? ["error.required"] : null;
      if (length < min) return ["error.short", { min }];
      return length > max ? ["error.long", { max, length }] : null;
    },
  };
}

function selectInput(component, { label }) {
  let values = initialValues(component);
  const node = select(component, {
    label,
    onCommit: (chosen) => {
      values = chosen;
    },
  });
  const min = component.min_values ?? 1;
  return {
    node,
    focusable: () => node.querySelector("button"),
    value: () => ({ values }),
    problem(isRequired) {
      if (!values.length) return isRequired ? ["error.pick", { min: Math.max(min, 1) }] : null;
      return values.length < min ? ["error.pick", { min }] : null;
    },
  };
}

function fileInput(component, { label }) {
  const max = component.max_values ?? 1;
  const min = component.min_values ?? 1;
  const drop = new FileDrop({ max, label });
  return {
    node: drop.node,
    focusable: () => drop.focusable,
    value: () => ({ values: drop.attachments.map((a) => a.id) }),
    problem(isRequired) {
      if (drop.isBusy) return ["error.uploading"];
      const { length } = drop.attachments;
      if (!length) return isRequired && min > 0 ? ["error.file"] : null;
      return length < min ? ["error.pick", { min }] : null;
    },
  };
}

function choice(kind, name, option) {
  const hintId = uniqueId("hint");
  const input = el("input", {
    type: kind,
    name,
    value: option.value,
    checked: option.default,
    "aria-describedby": option.description ? hintId : undefined,
  });
  const text = el(
    "span",
    { class: "choice-text" },
    option.label,
    option.description && el("small", { id: hintId }, option.description),
  );
  return {
    input,
    option,
    node: el(
      "label",
      { class: `choice ${kind}` },
      input,
      el("span", { class: "choice-mark", "aria-hidden": "true" }),
      text,
    ),
  };
}

function group(role, choices, ids) {
  return el(
    "div",
    { class: "choices", role, "aria-labelledby": ids.label, "aria-describedby": ids.error },
    choices.map((c) => c.node),
  );
}

function radioInput(component, { ids }) {
  const name = uniqueId("radio");
  const choices = component.options.map((o) => choice("radio", name, o));
  const chosen = () => choices.find((c) => c.input.checked)?.option.value ?? null;
  return {
    node: group("radiogroup", choices, ids),
    focusable: () => choices[0].input,
    value: () => ({ value: chosen() }),
    problem: (isRequired) => (isRequired && chosen() === null ? ["error.choice"] : null),
  };
}

function checkboxesInput(component, { ids }) {
  const name = uniqueId("checkboxes");
  const choices = component.options.map((o) => choice("checkbox", name, o));
  const chosen = () => choices.filter((c) => c.input.checked).map((c) => c.option.value);
  const max = component.max_values ?? choices.length;
  const min = component.min_values ?? 1;
  const limit =
    min > 1 || max < choices.length
      ? el("small", { class: "field-hint" }, t("selectUpTo", { min, max }))
      : null;
  return {
    node: el("div", {}, limit ?? "", group("group", choices, ids)),
    focusable: () => choices[0].input,
    value: () => ({ values: chosen() }),
    problem(isRequired) {
      const { length } = chosen();
      if (!length && !isRequired) return null;
      if (length < min) return ["error.pick", { min }];
      return length > max ? ["error.pickAtMost", { max }] : null;
    },
  };
}

function checkboxInput(component, { label, description }) {
  const option = { label, description, value: "on", default: component.default };
  const made = choice("checkbox", uniqueId("checkbox"), option);
  return {
    node: made.node,
    focusable: () => made.input,
    value: () => ({ value: made.input.checked }),
    problem: () => null,
  };
}
