// Files in and out: text that is opened or dropped, at most so large; what is saved goes by a link of the page's own.

import { t } from "../base/texts.js";
import { element } from "./dom.js";

export const LARGEST_FILE = 2 ** 20;

/** The text of a file; of one that is too large only its size: {size}; of a folder, or of what holds no text, {fault}. */
export async function readFile(file) {
  if (file.size > LARGEST_FILE) return { size: file.size };
  try {
    const text = textOf(await file.arrayBuffer());
    return text.includes("\0") ? { fault: t("table.unreadable") } : text.trim() === "" ? { fault: t("table.empty") } : text;
  } catch {
    return { fault: t("table.unreadable") };
  }
}

/** Bytes as spreadsheets write them: UTF-16 by its mark, UTF-8, else what a Korean one calls CSV. */
function textOf(bytes) {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("euc-kr").decode(bytes);
  }
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
