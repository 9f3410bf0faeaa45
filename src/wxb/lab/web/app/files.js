// Files in and out: text that is opened or dropped, at most so large; what is saved goes by a link of the page's own.

import { element } from "./dom.js";

export const LARGEST_FILE = 2 ** 20;

/** The text of a file; a file that is too large is only its size: {size}. */
export async function readFile(file) {
  if (file.size > LARGEST_FILE) return { size: file.size };
  return file.text();
}

/** Saves content (text or a blob) as a file. */
export function saved(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.body.appendChild(element("a", { href: address, download: name, hidden: true }));
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** The rows that are shown, as CSV that a spreadsheet opens: with a mark of order, quoted where it must be. */
export function csvOf({ names, rows }) {
  const quoted = (text) => (/[",\n\r]|^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const lines = [[names.x, names.y].map(quoted), ...rows];
  return `\ufeff${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}
