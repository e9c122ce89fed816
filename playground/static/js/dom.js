/** Building the page's elements. Text is always set as text, never parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** An element. `class`, `dataset`, `style` and `on` (listeners) are special, the rest attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) set(node, key, value);
  node.append(...present(children));
  return node;
}

function set(node, key, value) {
  if (value === undefined || value === null) return;
  if (value === false && !key.startsWith("aria-")) return;
  if (key === "class") node.className = value;
  else if (key === "dataset") Object.assign(node.dataset, value);
  else if (key === "style") setStyle(node, value);
  else if (key === "on") listen(node, value);
  else if (key.startsWith("aria-")) node.setAttribute(key, String(value));
  else node.setAttribute(key, value === true ? "" : value);
}

function setStyle(node, style) {
  for (const [name, value] of Object.entries(style)) node.style.setProperty(name, value);
}

function listen(node, listeners) {
  for (const [event, heard] of Object.entries(listeners)) node.addEventListener(event, heard);
}

/** The children that are there: `null`, `undefined` and `false` are left out, arrays flattened. */
function present(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false);
}

/** An SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Replace what is in `node`. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

let nextId = 0;

/** An id that no other element of the page has. */
export function uniqueId(prefix) {
  nextId += 1;
  return `${prefix}-${nextId}`;
}

/** Tell screen readers. */
export function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}
