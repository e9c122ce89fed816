/** Small windows next to what opened them: menus, lists, the people switcher. */

let open = null;

/** Close the popup that is open, and give the focus back. */
export function closePopup() {
  open?.close();
}

/**
 * Show `node` beside `anchor`. It closes on Escape, on a press outside, when the page scrolls or
 * changes size; then `onClose` is called. `keepFocus` leaves the focus where it is.
 */
export function openPopup(anchor, node, { onClose, align = "start", keepFocus = false } = {}) {
  closePopup();
  const host = anchor.closest("dialog") ?? document.body;
  const stop = new AbortController();
  const self = {
    close(giveBack = true) {
      if (open !== self) return;
      open = null;
      stop.abort();
      node.remove();
      onClose?.();
      if (giveBack && !keepFocus && anchor.isConnected) anchor.focus();
    },
  };
  open = self;
  node.classList.add("popup");
  host.append(node);
  place(anchor, node, align);
  watch(anchor, node, self, stop.signal);
  if (!keepFocus)
    (node.querySelector("[data-first], input, button, [tabindex='0']") ?? node).focus();
  return self;
}

function watch(anchor, node, popup, signal) {
  const outside = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target)) popup.close(false);
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    popup.close();
  };
  document.addEventListener("pointerdown", outside, { signal, capture: true });
  document.addEventListener("keydown", escape, { signal, capture: true });
  window.addEventListener("resize", () => popup.close(false), { signal });
  document.addEventListener(
    "scroll",
    (event) => node.contains(event.target) || popup.close(false),
    { signal, capture: true },
  );
}

function place(anchor, node, align) {
  const box = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const gap = 6;
  const isRoomBelow = box.bottom + gap + size.height <= innerHeight || box.top < size.height + gap;
  const top = isRoomBelow ? box.bottom + gap : box.top - gap - size.height;
  const left = align === "end" ? box.right - size.width : box.left;
  node.style.top = `${clamp(top, 8, innerHeight - size.height - 8)}px`;
  node.style.left = `${clamp(left, 8, innerWidth - size.width - 8)}px`;
}

const clamp = (value, least, most) => Math.max(least, Math.min(value, most));

/** Arrow keys, Home and End move among the buttons in `node` that match `selector`. */
export function arrowKeys(node, selector) {
  node.addEventListener("keydown", (event) => {
    const items = [...node.querySelectorAll(selector)];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next === undefined || !items.length) return;
    event.preventDefault();
    items[(next + items.length) % items.length].focus();
  });
}
