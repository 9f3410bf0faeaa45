// Cards that fly over the pictures, once: from where a row is a card to where it is a point. None where motion is unwanted.

import { element } from "./dom.js";

const LASTS = 900; // milliseconds
const APART = 200;

/** Lets cards fly over a section; placeOf([slot, [x, y]]) → [left, top] in the window, or null where that is not to be seen. */
export function fly(section, flights, placeOf) {
  for (const card of [...section.querySelectorAll(".flying")]) card.remove();
  if (!flights.length || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const { left, top } = section.getBoundingClientRect();
  flights.forEach(({ text, from, to }, k) => {
    const [start, end] = [from, to].map(placeOf);
    if (!start || !end) return;
    const card = section.appendChild(element("span", { class: "flying", "aria-hidden": "true", text }));
    const at = ([x, y], size) => `translate(${x - left}px, ${y - top}px) translate(-50%, -50%) scale(${size})`;
    const way = [{ transform: at(start, 1), opacity: 1 }, { transform: at(end, 1), opacity: 1, offset: 0.8 }, { transform: at(end, 0.2), opacity: 0 }];
    card.animate(way, { duration: LASTS, delay: 300 + APART * k, easing: "ease-in-out", fill: "both" }).onfinish = () => card.remove();
  });
}
