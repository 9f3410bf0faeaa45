// `</>`: the code that gives the line now, three times: PyTorch's, wxb's command, wxb's call in Python.
//
// At an epoch it is the descent until there; a line set by hand is taken as it stands; the exact minimum is fitted. Few rows stand in
// the code; of many the file is named, and rows added to it follow. Foreign names are quoted as each language wants it. `codeOf(known)` → {torch, command, python}.

import { literal } from "../base/numbers.js";
import { t } from "../base/texts.js";

const ROWS_IN_CODE = 30;
const OWN_FILE = "wxb-lab.csv"; // as the page saves its rows
const PANDAS = { sep: "sep", skip: "skiprows", na: "na_values", comment: "comment", encoding: "encoding", sheet: "sheet_name" };
const COST = 'print(f"W {W:.10g}, b {b:.10g}, cost {cost:.10g}")';

/** The three codes of what is known. */
export function codeOf(known) {
  const asked = askedOf(known);
  return { torch: torchCode(asked), command: commandOf(asked), python: pythonCode(asked) };
}

/** What the code is of: rows or a file, names that can be written, the line and its descent. */
function askedOf({ payload, state, rows, cells, names, here, epoch, run, n, bowl }) {
  const added = cells ? rows : [];
  const few = !cells && rows.length <= ROWS_IN_CODE && rows.length > 0;
  const given = payload.source?.file ?? null;
  const file = few ? null : state.rows !== null || given === null ? OWN_FILE : given;
  const options = file === given && file !== null ? (payload.source.options ?? {}) : {};
  const { start, lr, momentum, only, zero } = state;
  const kind = here.isMinimum ? "minimum" : epoch === 0 ? "line" : zero ? "descent" : "sum";
  const line = kind === "line" ? run.at(0) : start;
  const isFlat = !(bowl.variance > 0), isUnfit = n < 2 && only === "both" && kind !== "line"; // a fit wants as many rows as coefficients
  return { rows, few, file, options, added, isFlat, isUnfit, names: written(names, few), kind, line, start, lr, momentum, only, zero, epochs: epoch };
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

function torchData({ rows, few, file, options, added, names }) {
  const head = ["import torch", "import torch.nn.functional as F", ""];
  const column = (rows, place) => `torch.tensor([${rows.map((row) => `[${literal(row[place])}]`).join(", ")}], dtype=torch.float64)`;
  if (few) return [...head, `x_train = ${column(rows, 0)}`, `y_train = ${column(rows, 1)}`];
  const reader = /\.parquet$/i.test(file) ? "read_parquet" : /\.xlsx?$/i.test(file) ? "read_excel" : "read_csv";
  const whole = (name) => `torch.tensor(table[${pythonText(name)}].to_numpy("float64"))[:, None]`;
  const more = ["x_train", "y_train"].map((name, place) => `${name} = torch.cat([${name}, ${column(added, place)}])`);
  const table = [`table = pd.${reader}(${pythonText(file)}${readAs(options)})`, ...keptOf(options, names)];
  return ["import pandas as pd", ...head, ...table, `x_train = ${whole(names.x)}`, `y_train = ${whole(names.y)}`, ...(added.length ? more : [])];
}

/** How a file is laid out, as pandas is told. */
function readAs(options) {
  return Object.entries(PANDAS).map(([name, theirs]) => (Object.hasOwn(options, name) ? `, ${theirs}=${pythonValue(options[name])}` : "")).join("");
}

/** Which of its rows count, as pandas keeps them. */
function keptOf({ where, missing }, { x, y }) {
  const kept = where === undefined ? [] : [`table = table.query(${pythonText(where)})`];
  return missing === "drop" ? [...kept, `table = table.dropna(subset=[${pythonText(x)}, ${pythonText(y)}])`] : kept;
}

function torchMinimum({ only, start, isFlat }) {
  const both = only === "both";
  if (both && isFlat) return ["W, b = 0.0, y_train.mean().item()", "cost = F.mse_loss(W * x_train + b, y_train).item()"];
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
  if (asked.isUnfit) return `# ${t("code.one_row")}`;
  if (asked.added.length) return `# ${t("code.added")}`;
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
  if (asked.isUnfit) return `# ${t("code.one_row")}`;
  if (asked.added.length) return pythonAdded(asked);
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
  if (kind === "sum") return lines(given, pythonSteps(asked, `${fit})`));
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

/** Rows that follow those of a file: the model takes them in, and steps are made on its bowl. */
function pythonAdded(asked) {
  const { kind, names, only, start, line, added } = asked, both = only === "both" || kind === "line";
  const options = Object.entries(asked.options).map(([name, value]) => `, ${name}=${pythonValue(value)}`).join("");
  const fit = `wxb.fit(${pythonText(asked.file)}, ${pythonLine(both ? { ...asked, only: "both" } : asked)}${options})`;
  const given = ["import numpy as np", "import wxb", "", pythonData({ rows: added, names }).replace("data", "added"), `model = wxb.update(${fit}, added)`];
  if (kind === "line") return lines(given, [`W, b = ${literal(line.W)}, ${literal(line.b)}`, "cost = float(model.bowl.cost(np.array([b, W])))", COST]);
  if (kind !== "minimum") return lines(given, pythonSteps(asked, "model"));
  return lines(given, [both ? "b, W = model.theta.tolist()" : `W, b = float(model.theta[0]), ${literal(start.b)}`, "cost = model.cost", COST]);
}

/** The steps one by one, on the bowl of a model. */
function pythonSteps({ only, start, lr, momentum, epochs, zero }, model) {
  const theta = only === "W" ? [start.W] : [start.b, start.W];
  const speed = momentum ? ["    speed = momentum * speed + grad", `    theta -= ${literal(lr)} * speed`] : [`    theta -= ${literal(lr)} * grad`];
  return [
    `bowl = ${model}.bowl`,
    `theta = np.array([${theta.map(literal).join(", ")}])`,
    `grad = np.zeros(${theta.length})`,
    ...(momentum ? [`momentum, speed = ${literal(momentum)}, np.zeros(${theta.length})`] : []),
    `for epoch in range(${epochs}):`,
    `    grad ${zero ? "" : "+"}= bowl.gradient(theta)`,
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
