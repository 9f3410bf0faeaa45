// `</>` of a typed computation: PyTorch's lines, the command, the call in Python; all find the values and gradients that the page shows.
import { literal } from "../base/numbers.js";
import { slopeName } from "../math/autograd.js";
import { BINARY } from "../math/functions.js";
import { operandsOf, parsed } from "../math/expression.js";
import { shellWord } from "./code.js";

const TAKEN = new Set(
  ("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda " +
    "nonlocal not or pass raise return try while with yield torch wxb print").split(" "),
);
const OF_NETWORKS = new Set("celu elu gelu hardsigmoid hardswish hardtanh leaky_relu logsigmoid mish relu6 selu silu softplus softsign".split(" "));
const HOLDS = { sum: 1, product: 2, sign: 3, power: 4, atom: 5 };

/** {torch, command, python} of a text at leaves {name: value}, with its graph. */
export function expressionCode({ text, leaves, graph }) {
  const statements = parsed(text), names = pythonNames(graph.nodes.map(({ name }) => name));
  const made = statements.map(({ name, expression }) => `${names.get(name || graph.of)} = ${pythonOf(expression, names)[0]}`);
  const given = graph.names.map((name) => `${names.get(name)} = torch.tensor(${literal(leaves[name])}, dtype=torch.float64, requires_grad=True)`);
  const reached = graph.nodes.filter(({ kind, name, gradient }) => kind === "leaf" && gradient !== null && graph.names.includes(name));
  const of = names.get(graph.of), told = reached.map(({ name }) => `, ${slopeName(of, names.get(name))} {${names.get(name)}.grad.item():.10g}`).join("");
  const at = graph.names.flatMap((name) => ["--at", `${name}=${literal(leaves[name])}`]), shown = text.trim();
  const head = [...given, ...made, `${of}.backward()`];
  return {
    torch: ["import torch", "", ...head, `print(f"${of} {${of}.item():.10g}${told}")`].join("\n"),
    command: ["wxb", "explain", ...at, ...(shown.startsWith("-") ? ["--"] : []), shown].map(shellWord).join(" "),
    python: ["import torch", "import wxb", "", ...given, ...made, `print(wxb.explain(${of}))`].join("\n"),
  };
}

/** Names as Python can hold them; the others are numbered. */
function pythonNames(names) {
  const found = new Map(), isPlain = (name) => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name) && name.normalize("NFKC") === name && !TAKEN.has(name);
  for (const name of names) {
    let own = isPlain(name) ? name : "";
    for (let k = 1; own === "" || (own !== name && names.includes(own)); k += 1) own = [...found.values(), ...names].includes(`value_${k}`) ? "" : `value_${k}`;
    found.set(name, own);
  }
  return found;
}

/** [text, how tightly it holds together, whether it is of numbers alone] of a part, as Python writes it. */
function pythonOf(part, names) {
  if (part.type === "number") return [/^(0|[1-9]\d{0,14})$/.test(part.text) ? part.text : literal(part.value), HOLDS.atom, true];
  if (part.type === "name") return [names.get(part.name), HOLDS.atom, false];
  const inner = operandsOf(part).map((one) => pythonOf(one, names)), plain = inner.every(([, , isPlain]) => isPlain);
  if (part.type === "negative") return [`-${bracketedFor(inner[0], HOLDS.sign)}`, HOLDS.sign, plain];
  if (part.type === "call") return [`${functionOf(part)}(${inner.map(asTensor).join(", ")})`, HOLDS.atom, false];
  const [left, right] = inner, { symbol } = part;
  if (symbol === "**") return [`${bracketedFor(left, HOLDS.atom)}**${bracketedFor(right, HOLDS.sign)}`, HOLDS.power, plain];
  const level = symbol === "+" || symbol === "-" ? HOLDS.sum : HOLDS.product, space = level === HOLDS.sum ? " " : "";
  return [`${bracketedFor(left, level)}${space}${symbol}${space}${bracketedFor(right, level + 1)}`, level, plain];
}

function functionOf({ name }) {
  return `torch.${OF_NETWORKS.has(name) && !BINARY.has(name) ? "nn.functional." : ""}${name}`;
}

function asTensor([text, , isPlain]) {
  return isPlain ? `torch.tensor(${text}, dtype=torch.float64)` : text;
}

function bracketedFor([text, holds], needed) {
  return holds >= needed ? text : `(${text})`;
}
