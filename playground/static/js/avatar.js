/** The faces of people without a picture: a small animal in their colour. */

import { el, svg } from "./dom.js";
import { localUrl } from "./media.js";
import { personById } from "./store.js";

const EARS = [
  "M12 26 10 9l13 9zM36 26 38 9l-13 9z",
  "M10 15a5.5 5.5 0 1 1 9 5zM38 15a5.5 5.5 0 1 0-9 5z",
  "M15 21C11 4 17 1 20 19zM33 21C37 4 31 1 28 19z",
  "M17 20C15 13 19 8 24 7c-2 4 0 6 3 5s5 4 3 8z",
];

/** An avatar of `size` pixels for a user object. */
export function avatar(user, size = 40) {
  const known = personById(user.id) ?? user;
  const picture = user.avatar && localUrl(`/avatars/${user.id}/${user.avatar}.png?size=128`);
  const face = picture
    ? el("img", { src: picture, alt: "", width: size, height: size })
    : drawn(known.id, known.color ?? "#7b86a8");
  return el(
    "span",
    { class: "avatar", style: { "--size": `${size}px` }, "aria-hidden": "true" },
    face,
  );
}

function drawn(id, color) {
  const kind = Number(BigInt(id) % BigInt(EARS.length));
  const soft = { fill: "#fff", "fill-opacity": "0.94" };
  return svg(
    "svg",
    { viewBox: "0 0 48 48" },
    svg("rect", { width: 48, height: 48, fill: color }),
    svg("path", { d: EARS[kind], ...soft, "stroke-linejoin": "round" }),
    svg("ellipse", { cx: 24, cy: 29, rx: 14.5, ry: 12.5, ...soft }),
    svg("ellipse", { cx: 18.5, cy: 28, rx: 1.8, ry: 2.4, fill: color }),
    svg("ellipse", { cx: 29.5, cy: 28, rx: 1.8, ry: 2.4, fill: color }),
    svg("path", {
      d: "M21 32.5q1.5 1.8 3 0q1.5 1.8 3 0",
      fill: "none",
      stroke: color,
      "stroke-width": 1.5,
      "stroke-linecap": "round",
    }),
    svg("ellipse", { cx: 14.6, cy: 32, rx: 2.2, ry: 1.3, fill: color, "fill-opacity": "0.3" }),
    svg("ellipse", { cx: 33.4, cy: 32, rx: 2.2, ry: 1.3, fill: color, "fill-opacity": "0.3" }),
  );
}
