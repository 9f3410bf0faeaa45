// A picture as a file: the SVG as it is seen, its looks written into it, its handles left out; or that drawn as PNG.

import { shape } from "./dom.js";

const LOOKS_KEPT = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "font-family", "font-size", "font-weight", "paint-order", "color", "text-anchor"];
const PNG_SCALE = 3;

/** The text of an SVG file of a painted element, on the ground of the theme. */
export function svgFile(svg) {
  const copy = svg.cloneNode(true);
  const { width, height } = svg.viewBox.baseVal;
  copyLooks(svg, copy);
  copy.children[[...svg.children].findIndex((child) => child.matches(".handles"))]?.remove();
  for (const name of ["class", "style", "data-slot", "role", "aria-describedby", "aria-label"]) copy.removeAttribute(name);
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height })) copy.setAttribute(name, value);
  const ground = getComputedStyle(document.body).backgroundColor;
  copy.prepend(shape("rect", { width, height, fill: ground }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** What style sheets say of an element, written into its copy. */
function copyLooks(from, onto) {
  const looks = getComputedStyle(from);
  for (const name of LOOKS_KEPT) {
    const value = looks.getPropertyValue(name);
    if (value && !(value === "none" && name !== "fill")) onto.setAttribute(name, value);
  }
  onto.removeAttribute("class");
  [...from.children].forEach((child, k) => copyLooks(child, onto.children[k]));
}

/** A promise of the same as a PNG. */
export async function pngFile(svg) {
  const { width, height } = svg.viewBox.baseVal;
  const address = URL.createObjectURL(new Blob([svgFile(svg)], { type: "image/svg+xml" }));
  try {
    const image = new Image(width * PNG_SCALE, height * PNG_SCALE);
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width * PNG_SCALE, height * PNG_SCALE];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
