// A typed computation along one of its names, the others held: the function of which a derivative is the slope.
import { explained, freeNames } from "./autograd.js";
import { valueAlong } from "./evaluate.js";
import { parsed, postorder } from "./expression.js";

const FIRST_VALUE = 2; // of a name that was given none; of the next one more, so that they are told apart

/** {name: value} of all free names of a text, given some. */
function leavesOf(text, given) {
  return Object.fromEntries(freeNames(text).map((name, k) => [name, Object.hasOwn(given, name) ? given[name] : FIRST_VALUE + k]));
}

/** {text, leaves, graph, fault}: a text at values of its free names, as a graph; of a faulty one the statements that can be read. */
export function typedAt(text, given) {
  let fault = null;
  for (let part = text; ; part = part.slice(0, Math.max(part.lastIndexOf(";"), part.lastIndexOf("\n"), 0))) {
    const leaves = leavesOf(part, given), found = explained(part, leaves);
    if (!found.fault) return { text: part, leaves, graph: found, fault };
    fault ??= found.fault;
    if (part === "") return { text: "", leaves: {}, graph: null, fault };
  }
}

/** value of a free name → the result there; NaN where there is none. */
export function resultAlong(text, leaves, name) {
  const steps = parsed(text).map(({ name: made, expression }) => [made, postorder(expression)]), values = new Map(Object.entries(leaves));
  return (value) => {
    values.set(name, value);
    return valueOrNaN(() => {
      for (const [made, order] of steps) values.set(made, valueAlong(order, values, text));
      return values.get(steps.at(-1)[0]);
    });
  };
}

/** value of one of the names in a step → that step's value, all else as it is in the graph: of this a local derivative is the slope. */
export function partAlong(text, graph, { source, target }) {
  const order = postorder(parsed(text)[target - graph.names.length].expression), values = new Map(graph.nodes.map((node) => [node.name, node.value]));
  return (value) => valueOrNaN(() => valueAlong(order, values.set(graph.nodes[source].name, value), text));
}

function valueOrNaN(compute) {
  try {
    return compute();
  } catch (fault) {
    if (!("head" in fault)) throw fault;
    return NaN;
  }
}
