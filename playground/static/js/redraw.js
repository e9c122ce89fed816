/** A message drawn again in the place of its old drawing: what a person did to it stays. */

/** Put `node` in the place of `old`, with its focus, its uncovered spoilers and its pictures. */
export function redraw(old, node) {
  const focus = focusIn(old);
  keepUncovered(old, node);
  keepPictures(old, node);
  old.replaceWith(node);
  giveFocus(node, focus);
}

function focusIn(node) {
  const focused = document.activeElement;
  if (!node.contains(focused)) return null;
  return { customId: focused.dataset.customId, isWhole: focused === node };
}

function giveFocus(node, focus) {
  if (!focus) return;
  const marked = focus.customId && `[data-custom-id="${CSS.escape(focus.customId)}"]`;
  const found = marked && node.querySelector(marked);
  (found || node).focus({ preventScroll: true });
}

function keepUncovered(old, node) {
  for (const [was, is] of pairs(old, node, ".spoiler")) {
    if (was.classList.contains("revealed")) is.click();
  }
  for (const [was, is] of pairs(old, node, ".coverable")) {
    if (!was.classList.contains("covered")) is.querySelector(":scope > .cover")?.click();
  }
  for (const [was, is] of pairs(old, node, ".picture")) {
    if (!was.classList.contains("hidden-picture")) is.classList.remove("hidden-picture");
  }
}

/** A picture that is loaded is not loaded again, though its link was signed anew. */
function keepPictures(old, node) {
  const loaded = new Map();
  for (const image of old.querySelectorAll(".picture img")) {
    if (image.complete && image.naturalWidth) loaded.set(pathOf(image), image);
  }
  for (const image of node.querySelectorAll(".picture img")) {
    const same = loaded.get(pathOf(image));
    if (!same) continue;
    same.alt = image.alt;
    image.replaceWith(same);
    loaded.delete(pathOf(image));
  }
}

const pathOf = (image) => new URL(image.src).pathname;

function pairs(old, node, selector) {
  const before = old.querySelectorAll(selector);
  const after = node.querySelectorAll(selector);
  return [...after].slice(0, before.length).map((is, i) => [before[i], is]);
}
