// A pasted or dropped table as rows (x, y), or what is wrong with it in words, with the line.
//
// The separator is the one with which the most cells are numbers: tab, semicolon, comma, bar, spaces. A column has decimal commas
// when its cells say so; separators of thousands, units and dates are refused, for "1,234" may be 1234 or 1.234. The first two columns
// of numbers are taken. Cells that are empty or NA leave their row out; that is said.

import { thousands } from "../base/numbers.js";
import { plainText } from "../base/plain.js";
import { t, tn } from "../base/texts.js";
import { isInRange, momentsOf } from "../math/moments.js";

export const LARGEST_TEXT = 2 ** 20; // letters
const MOST_TABLE_ROWS = 2000;
const MOST_RECORDS = 20000; // that are read to find so many rows
const LOOKED_AT = 60; // records by which a separator is chosen
const SEPARATORS = ["\t", ";", ",", "|", " "];
const MISSING = /^(|-|–|—|\.|na|n\/a|#n\/a|nan|null|none)$/i;
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WITH_COMMA = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?\d{1,3}([,.' \u00a0\u2009\u202f])\d{3}(\1\d{3})*([.,]\d+)?$/;
const EITHER = /^[+-]?[1-9]\d{0,2},\d{3}$/; // 1,234: thousands, or a decimal comma
const DATE = /^(\d{4}[-/.]\s?\d{1,2}([-/.]\s?\d{1,2}\.?)?([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}:\d{2}(:\d{2})?|\d{4}년.*|\d{1,2}월.*)$/;
const LONGEST_HEADING = 200;
const MOST_COLUMNS = 200; // that are looked at

/** {names: {x, y}, rows, notes: [sentence, …]} of a text, or {fault: sentence}. */
export function tableOf(text) {
  if (text.length > LARGEST_TEXT) return { fault: t("table.large", { size: thousands(Math.ceil(text.length / 1e6)) }) };
  const records = bestRecords(text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"));
  if (!records.length) return { fault: t("table.empty") };
  if (records.length > MOST_RECORDS) return { fault: tooMany(text.split("\n").length) };
  if (records.unclosed) return { fault: t("table.unclosed", { line: records.unclosed }) };
  const columns = columnsOf(records);
  const numeric = columns.filter((column) => column.isNumeric);
  if (numeric.length < 2) return { fault: tooFew(columns, numeric, records) };
  const bad = numeric.slice(0, 2).map((column) => column.fault).find(Boolean);
  if (bad) return { fault: bad };
  return taken(records, columns, numeric);
}

/** The rows of the first two columns of numbers, and what is to be said of them. */
function taken(records, columns, numeric) {
  const [x, y] = numeric;
  const body = records.slice(columns.hasHeader ? 1 : 0);
  const rows = body.map((_, k) => [x.values[k], y.values[k]]).filter((row) => row.every((value) => value !== null));
  if (!rows.length) return { fault: t("table.no_rows") };
  if (rows.length > MOST_TABLE_ROWS) return { fault: tooMany(rows.length) };
  if (!isInRange(momentsOf(rows))) return { fault: t("table.range") };
  const names = { x: x.name || "x", y: y.name || "y" };
  const left = body.length - rows.length;
  const notes = [tn("table.rows", rows.length, { n: thousands(rows.length), ...names })];
  if (columns.length > 2) notes.push(tn("table.columns", columns.length, names));
  if (left) notes.push(tn("table.left_out", left, { n: thousands(left) }));
  if (x.comma || y.comma) notes.push(t("table.commas"));
  return { names, rows, notes };
}

function tooMany(n) {
  return t("table.excess", { n: thousands(n), most: thousands(MOST_TABLE_ROWS) });
}

/** The records of a text by the separator that makes the most numbers of its cells. */
function bestRecords(text) {
  let [best, most] = [null, -1];
  for (const separator of SEPARATORS) {
    const records = recordsOf(text, separator, LOOKED_AT);
    const cells = records.slice(1).flatMap(({ cells: each }) => each);
    const wide = records.filter(({ cells: each }) => each.length > 1).length;
    const numbers = cells.filter(isNumberCell).length / (cells.length || 1);
    const score = (wide > records.length / 2 ? 10 : 0) + numbers;
    if (score > most + 1e-9) [best, most] = [separator, score];
  }
  return recordsOf(text, best, MOST_RECORDS + 1);
}

/** [{line, cells}, …] of at most so many records; blank lines are none. unclosed : the line of a quote that nothing closes */
function recordsOf(text, separator, most) {
  const records = [];
  let [at, line] = [0, 1];
  while (at < text.length && records.length < most) {
    if (text[at] === "\n") {
      [at, line] = [at + 1, line + 1];
      continue;
    }
    const [start, cells] = [line, []];
    for (;;) {
      const cell = cellAt(text, at, separator);
      if (cells.length < MOST_COLUMNS) cells.push(cell.text);
      line += cell.breaks;
      if (cell.unclosed) records.unclosed = start;
      at = cell.end + 1;
      if (cell.end >= text.length || text[cell.end] === "\n") break;
    }
    line += 1;
    if (separator === " ") while (cells.length > 1 && cells.at(-1) === "") cells.pop();
    if (cells.some((cell) => cell !== "")) records.push({ line: start, cells });
  }
  return records;
}

/** The cell that begins at a place, without its quotes, and where it ends: at a separator, a line's end or the text's. */
function cellAt(text, at, separator) {
  if (separator === " ") while (text[at] === " ") at += 1;
  let from = at;
  while (text[from] === " " && separator !== "\t") from += 1;
  if (text[from] === '"') {
    const quoted = quotedAt(text, from);
    let end = quoted.end;
    while (end < text.length && text[end] !== separator && text[end] !== "\n") end += 1;
    const after = text.slice(quoted.end, end);
    if (!quoted.unclosed && after.trim() === "") return { text: quoted.text.trim(), end, breaks: quoted.breaks };
    if (quoted.unclosed) return { text: quoted.text, end: text.length, breaks: quoted.breaks, unclosed: true };
  }
  let end = at;
  while (end < text.length && text[end] !== separator && text[end] !== "\n") end += 1;
  const cell = text.slice(at, end).trim();
  if (separator === " ") while (text[end] === " " && text[end + 1] === " ") end += 1;
  return { text: cell, end, breaks: 0 };
}

function quotedAt(text, from) {
  let close = text.indexOf('"', from + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  const said = text.slice(from + 1, close < 0 ? text.length : close).replaceAll('""', '"');
  const breaks = said.split("\n").length - 1;
  return close < 0 ? { text: said, end: text.length, breaks, unclosed: true } : { text: said, end: close + 1, breaks };
}

/** Each column: name, whether it is one of numbers, its values (null where missing), the first fault in words. */
function columnsOf(records) {
  const width = Math.max(...records.map(({ cells }) => cells.length));
  const cellsOf = (place, rows) => rows.map(({ cells }) => cells[place] ?? "");
  const looksNumeric = (cell) => isNumberCell(cell) || GROUPED.test(cell);
  const places = Array.from({ length: width }, (_, place) => place);
  const body = (place) => cellsOf(place, records.slice(1)).filter((cell) => !MISSING.test(cell));
  const mostly = (place) => body(place).filter(looksNumeric).length >= Math.max(body(place).length / 2, 1);
  const first = records[0].cells;
  const hasHeader = places.some((place) => mostly(place) && !MISSING.test(first[place] ?? "") && !looksNumeric(first[place] ?? ""));
  const alone = records.length === 1 && !hasHeader;
  const rows = hasHeader ? records.slice(1) : records;
  const commas = places.filter((place) => mostly(place) && hasCommas(cellsOf(place, rows)));
  const sure = commas.some((place) => cellsOf(place, rows).some((cell) => isWithComma(cell) && !EITHER.test(cell)));
  const columns = places.map((place) => {
    const name = hasHeader ? plainText((first[place] ?? "").replace(/\s+/g, " "), LONGEST_HEADING) : "";
    const isNumeric = alone ? looksNumeric(first[place] ?? "") : mostly(place);
    return { name, isNumeric, ...(isNumeric ? valuesOfColumn(cellsOf(place, rows), rows, sure) : { values: [], fault: null, comma: false }) };
  });
  columns.hasHeader = hasHeader;
  return columns;
}

/** The numbers of a column, or the first cell that is none. sure : whether the table has decimal commas beyond doubt */
function valuesOfColumn(cells, records, sure) {
  const comma = hasCommas(cells);
  let fault = null;
  const values = cells.map((cell, k) => {
    if (MISSING.test(cell)) return null;
    const plain = cell.replace(/^[−–]/, "-");
    const value = PLAIN.test(plain) ? Number(plain) : comma && sure && WITH_COMMA.test(plain) ? Number(plain.replace(",", ".")) : NaN;
    if (!Number.isFinite(value)) fault ??= faultOfCell(cell, records[k].line, comma);
    return value;
  });
  return { values, fault, comma: comma && sure };
}

/** Whether commas of a column may be decimal ones: it has some, and no points. */
function hasCommas(cells) {
  return cells.some(isWithComma) && !cells.some((cell) => PLAIN.test(cell) && cell.includes("."));
}

/** Why a cell is no number, and what to write. */
function faultOfCell(cell, line, comma) {
  const shown = `"${[...cell].slice(0, 40).join("")}"`;
  const plain = cell.replace(/^[−–]/, "-");
  if (EITHER.test(plain) && comma) return t("table.either", { cell: shown, line });
  if (GROUPED.test(plain)) return t("table.grouped", { cell: shown, line });
  if (WITH_COMMA.test(plain)) return t("table.mixed", { cell: shown, line });
  if (DATE.test(plain)) return t("table.date", { cell: shown, line });
  if (PLAIN.test(plain) || /^[+-]?inf(inity)?$/i.test(plain)) return t("table.infinite", { cell: shown, line });
  return t(/^\D{0,3}[+-]?[\d.,]*\d\s*\D{1,12}$|^\D{1,3}\s?[\d.,]+$/.test(plain) ? "table.unit" : "table.no_number", { cell: shown, line });
}

/** Why there are no two columns of numbers: a cell that nearly is one, or what there is. */
function tooFew(columns, numeric, records) {
  const body = records.slice(columns.hasHeader || records.length > 1 ? 1 : 0);
  const found = numeric.map((column) => column.fault).find(Boolean);
  if (found) return found;
  for (const { line, cells } of body) {
    const odd = cells.find((cell) => /\d/.test(cell) && !isNumberCell(cell) && (DATE.test(cell) || /^[^\d\s]{0,3}\s?[+-]?[\d.,]+\s?[^\d\s]{0,6}$/.test(cell)));
    if (odd !== undefined) return faultOfCell(odd, line, false);
  }
  if (numeric.length === 1) return t("table.one_column", { name: numeric[0].name || "x" });
  return t("table.no_column");
}

function isNumberCell(cell) {
  return PLAIN.test(cell.replace(/^[−–]/, "-")) || isWithComma(cell);
}

function isWithComma(cell) {
  return WITH_COMMA.test(cell.replace(/^[−–]/, "-"));
}
