// `</>`: the code that gives the line now, three times: PyTorch's, wxb's command, wxb's call in Python.
//
// At an epoch it is the descent until there; a line set by hand is taken as it stands; the exact minimum is fitted. Few rows stand in
// the code; of many the file is named. Foreign names are quoted as each language wants it. `codeOf(known)` → {torch, command, python}.

import { literal } from "../base/numbers.js";
import { t } from "../base/texts.js";

const ROWS_IN_CODE = 30;
const OWN_FILE = "wxb-lab.csv"; // as the page saves its rows
const COST = 'print(f"W {W:.10g}, b {b:.10g}, cost {cost:.10g}")';

/** The three codes of what is known. */
export function codeOf(known) {
  const asked = askedOf(known);
  return { torch: torchCode(asked), command: commandOf(asked), python: pythonCode(asked) };
}

/** What the code is of: rows or a file, names that can be written, the line and its descent. */
function askedOf({ payload, state, rows, cells, names, here, epoch, run }) {
  const isOwn = state.rows !== null || (state.added?.length ?? 0) > 0;
  const few = !cells && rows.length <= ROWS_IN_CODE && rows.length > 0;
  const given = payload.source?.file ?? null;
  const file = few ? null : isOwn || given === null ? OWN_FILE : given;
  const options = file === given && file !== null ? (payload.source.options ?? {}) : {};
  const { start, lr, momentum, only, zero } = state;
  const kind = here.isMinimum ? "minimum" : epoch === 0 ? "line" : zero ? "descent" : "sum";
  const line = kind === "line" ? run.at(0) : start;
  return { rows, few, file, options, names: written(names, few), kind, line, start, lr, momentum, only, zero, epochs: epoch };
}

/** Names as all three codes can hold them; a table that stands in the code is given others where they would be in the way. */
function written({ x, y }, few) {
  const plain = (name) => name !== "" && name === name.trim() && !/[,=`\p{C}\p{Zl}\p{Zp}]/u.test(name) && !/^\(b\)$|^-$/.test(name);
  return !few || (x !== y && plain(x) && plain(y)) ? { x, y } : { x: "x", y: "y" };
}

/** A text as Python writes it. */
export function pythonText(text) {
  const escaped = (letter) => {
    const code = letter.codePointAt(0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  };
  return JSON.stringify(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped);
}

/** A word as a shell takes it. */
export function shellWord(text) {
  return /^[\w./:=+-]+$/.test(text) ? text : `'${text.replaceAll("\0", "").replaceAll("'", "'\\''")}'`;
}

// PyTorch

function torchCode(asked) {
  const { kind, line, epochs } = asked;
  const cost = "cost = F.mse_loss(model(x_train), y_train)";
  if (kind === "minimum") return lines(torchData(asked), torchMinimum(asked), COST);
  const model = [
    "model = torch.nn.Linear(1, 1, dtype=torch.float64)",
    "with torch.no_grad():",
    `    model.weight.fill_(${literal(line.W)})`,
    `    model.bias.fill_(${literal(line.b)})`,
    ...(asked.only === "W" && kind !== "line" ? ["model.bias.requires_grad_(False)"] : []),
  ];
  const steps = [
    `optimizer = torch.optim.SGD(model.parameters(), lr=${literal(asked.lr)}${asked.momentum ? `, momentum=${literal(asked.momentum)}` : ""})`,
    `for epoch in range(${epochs}):`,
    `    ${cost}`,
    ...(asked.zero ? ["    optimizer.zero_grad()"] : ["    # optimizer.zero_grad()"]),
    "    cost.backward()",
    "    optimizer.step()",
  ];
  const end = ["W, b = model.weight.item(), model.bias.item()", "cost = F.mse_loss(model(x_train), y_train).item()", COST];
  return lines(torchData(asked), model, kind === "line" ? [] : steps, end);
}

function torchData({ rows, few, file, names }) {
  const head = ["import torch", "import torch.nn.functional as F", ""];
  if (few) {
    const column = (place) => `torch.tensor([${rows.map((row) => `[${literal(row[place])}]`).join(", ")}], dtype=torch.float64)`;
    return [...head, `x_train = ${column(0)}`, `y_train = ${column(1)}`];
  }
  const reader = /\.parquet$/i.test(file) ? "read_parquet" : /\.xlsx?$/i.test(file) ? "read_excel" : "read_csv";
  const column = (name) => `torch.tensor(table[${pythonText(name)}].to_numpy("float64"))[:, None]`;
  return ["import pandas as pd", ...head, `table = pd.${reader}(${pythonText(file)})`, `x_train = ${column(names.x)}`, `y_train = ${column(names.y)}`];
}

function torchMinimum({ only, start }) {
  const both = only === "both";
  return [
    both ? "columns = torch.hstack([torch.ones_like(x_train), x_train])" : "columns = x_train",
    `solution = torch.linalg.lstsq(columns, y_train${both ? "" : ` - ${operandOf(start.b)}`}).solution`,
    both ? "b, W = solution.flatten().tolist()" : `W, b = solution.item(), ${literal(start.b)}`,
    "cost = F.mse_loss(W * x_train + b, y_train).item()",
  ];
}

// wxb's command

function commandOf(asked) {
  const { kind, names, line } = asked;
  if (kind === "sum") return `# ${t("code.no_command")}`;
  if (kind === "line") {
    const typed = `${literal(line.W)}*${quotedName(names.x)} + ${literal(line.b)}`;
    return inShell(asked, ["cost", source(asked), `--target=${names.y}`, `--line=${typed}`]);
  }
  const words = ["fit", source(asked), ...lineWords(asked)];
  if (kind === "descent") words.push("--lr", literal(asked.lr), "--epochs", String(asked.epochs), ...(asked.momentum ? ["--momentum", literal(asked.momentum)] : []), ...startWords(asked));
  return inShell(asked, words);
}

function lineWords(asked) {
  const { names, only, start, few } = asked;
  if (only === "W" && start.b !== 0) return [`--formula=${formulaText(asked)}`];
  return [`--target=${names.y}`, ...(few ? [] : [`--features=${names.x}`]), ...(only === "W" ? ["--no-intercept"] : [])];
}

/** y − b ~ 0 + x: the line whose b is held. */
function formulaText({ names, start }) {
  return `${quotedName(names.y)} - ${operandOf(start.b)} ~ 0 + ${quotedName(names.x)}`;
}

function startWords({ start, only, names }) {
  const parts = [...(start.W === 0 ? [] : [`${names.x}=${literal(start.W)}`]), ...(start.b === 0 || only === "W" ? [] : [`(b)=${literal(start.b)}`])];
  return parts.length ? [`--start=${parts.join(",")}`] : [];
}

function inShell({ rows, few, options, names }, words) {
  const more = Object.entries(options).map(([name, value]) => `--${name.replaceAll("_", "-")}=${value}`);
  const command = ["wxb", ...words, ...more].map(shellWord).join(" ");
  if (!few) return command;
  const table = [[names.x, names.y].map(csvCell).join(","), ...rows.map((row) => row.map(shortLiteral).join(","))].join("\n");
  let end = "EOF";
  while (table.split("\n").includes(end)) end += "_";
  return `${command} <<'${end}'\n${table}\n${end}`;
}

function source({ few, file }) {
  return few ? "-" : file.startsWith("-") ? `./${file}` : file;
}

// Python

function pythonCode(asked) {
  const { kind, names, line, lr, momentum, epochs, start, only } = asked;
  const head = kind === "sum" ? ["import numpy as np", "import wxb", ""] : ["import wxb", ""];
  const data = asked.few ? "data" : pythonText(asked.file);
  const given = asked.few ? [...head, pythonData(asked)] : head;
  const options = Object.entries(asked.options).map(([name, value]) => `, ${name}=${pythonValue(value)}`).join("");
  if (kind === "line") {
    const typed = `${literal(line.W)}*${quotedName(names.x)} + ${literal(line.b)}`;
    const call = `cost = wxb.cost_of(${data}, ${pythonText(names.y)}, ${pythonText(typed)}${options}).cost`;
    return lines(given, [`W, b = ${literal(line.W)}, ${literal(line.b)}`, call, COST]);
  }
  const fit = `wxb.fit(${data}, ${pythonLine(asked)}${options}`;
  if (kind === "sum") return lines(given, pythonSum(asked, fit));
  const begin = only === "W" ? [start.W] : [start.b, start.W];
  const descent = [`, lr=${literal(lr)}, epochs=${epochs}`, ...(momentum ? [`, momentum=${literal(momentum)}`] : [])];
  if (begin.some((value) => value !== 0)) descent.push(`, start=[${begin.map(literal).join(", ")}]`);
  const model = `model = ${fit}${kind === "minimum" ? "" : descent.join("")})`;
  const ends = only === "W" ? `W, b = float(model.theta[0]), ${literal(start.b)}` : "b, W = model.theta.tolist()";
  return lines(given, [model, ends, "cost = model.cost", COST]);
}

function pythonValue(value) {
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(", ")}]`;
  return typeof value === "number" ? shortLiteral(value) : pythonText(value);
}

function pythonLine(asked) {
  const { names, only, start, few } = asked;
  if (only === "W" && start.b !== 0) return `formula=${pythonText(formulaText(asked))}`;
  const features = few ? "" : `, features=[${pythonText(names.x)}]`;
  return `target=${pythonText(names.y)}${features}${only === "W" ? ", intercept=False" : ""}`;
}

function pythonSum({ only, start, lr, momentum, epochs }, fit) {
  const theta = only === "W" ? [start.W] : [start.b, start.W];
  const speed = momentum ? ["    speed = momentum * speed + grad", `    theta -= ${literal(lr)} * speed`] : [`    theta -= ${literal(lr)} * grad`];
  return [
    `bowl = ${fit}).bowl`,
    `theta = np.array([${theta.map(literal).join(", ")}])`,
    `grad = np.zeros(${theta.length})`,
    ...(momentum ? [`momentum, speed = ${literal(momentum)}, np.zeros(${theta.length})`] : []),
    `for epoch in range(${epochs}):`,
    "    grad += bowl.gradient(theta)",
    ...speed,
    only === "W" ? `W, b = float(theta[0]), ${literal(start.b)}` : "b, W = theta.tolist()",
    "cost = float(bowl.cost(theta))",
    COST,
  ];
}

function pythonData({ rows, names }) {
  const column = (place) => `[${rows.map((row) => literal(row[place])).join(", ")}]`;
  return `data = {${pythonText(names.x)}: ${column(0)}, ${pythonText(names.y)}: ${column(1)}}`;
}

/** A name within a typed line: in backquotes where it is no plain name. */
function quotedName(name) {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

function operandOf(value) {
  return value < 0 ? `(${literal(value)})` : literal(value);
}

/** A number of a table: 3, not 3.0. */
function shortLiteral(value) {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : literal(value);
}

function csvCell(name) {
  return /[",\n\r]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** Parts with a blank line between them. */
function lines(...parts) {
  return parts.map((part) => (Array.isArray(part) ? part.join("\n") : part)).filter((part) => part !== "").join("\n\n");
}
