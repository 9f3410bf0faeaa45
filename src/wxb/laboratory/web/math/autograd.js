// A typed computation as a graph: values go forward, gradients come back. The twin of wxb.explain of a text.
//
//     y = w**2; z = 2*y + 5  at w = 2     w = 2 ──[dy/dw = 2w = 4]──▶ y = w² = 4 ──[dz/dy = 2]──▶ z = 2y + 5 = 13
//                                         dz/dw = 2 · 4 = 8

import { computed, factor, readable, thousands } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { derivativeText, formulaOf } from "./derivative.js";
import { evaluated } from "./evaluate.js";
import { parsed, postorder } from "./expression.js";
import { expressionFault } from "./tokens.js";

const MOST_NAMES = 100;
const MOST_PARTS = 12000;
const MOST_WORK = 50000;

/** The free names of a text, in order of appearance; none where it cannot be read. */
export function freeNames(text) {
  try {
    return namesOf(parsed(text));
  } catch {
    return [];
  }
}

/** The graph of a text at values {name: number}, or {fault: {head, todo, shown, caret}}.
 *
 * names : free ones        nodes : [{name, expression, kind, value, gradient}], leaves first, the result last; gradient null
 *   where the result does not use it        edges : [{source, target, symbol, derivative, contribution}], places of nodes
 * of : the name of the result
 */
export function explained(text, at) {
  try {
    return graphOf(text, parsed(text), at);
  } catch (fault) {
    if (!("head" in fault)) throw fault;
    return { fault: { head: fault.head, todo: fault.todo, shown: fault.shown ?? "", caret: fault.caret ?? "" } };
  }
}

function graphOf(text, statements, at) {
  refuseLong(statements, text);
  const names = namesOf(statements);
  for (const name of names) {
    const value = Object.hasOwn(at, name) ? at[name] : undefined;
    if (value === undefined) throw expressionFault("", 0, t("expression.no_value", { missing: name }));
    if (!Number.isFinite(value)) throw expressionFault("", 0, t("expression.not_finite", { name }), t("expression.give_finite"));
  }
  const values = new Map(names.map((name) => [name, at[name]]));
  const done = statements.map((one) => {
    const found = evaluated(one.expression, values, text);
    values.set(one.name, found.value);
    return found;
  });
  const result = statements.at(-1);
  const reached = reachedFrom(result, statements);
  if (!names.some((name) => reached.has(name))) {
    const values = { shown: `\`${result.text}\``, leaves: names.join(", ") };
    throw expressionFault("", 0, t("expression.depends", values), t("expression.use_names"));
  }
  const gradients = new Map([[result.name, 1]]);
  for (let k = statements.length - 1; k >= 0; k--) {
    const above = gradients.get(statements[k].name);
    if (above === undefined) continue;
    for (const [name, slope] of done[k].slopes) gradients.set(name, (gradients.get(name) ?? 0) + above * slope);
  }
  return drawnGraph(names, statements, values, gradients, done);
}

function drawnGraph(names, statements, values, gradients, done) {
  const last = statements.at(-1);
  const key = new Map([...names, ...statements.map(({ name }) => name)].map((name, place) => [name, place]));
  const gradient = (name) => gradients.get(name) ?? null;
  const leaves = names.map((name) => ({ name, expression: "", kind: "leaf", value: values.get(name), gradient: gradient(name) }));
  const of = last.name || ["f", "result", "the result"].find((name) => !key.has(name));
  const nodes = statements.map((one) => {
    const [written, value] = [formulaOf(one.expression), values.get(one.name)];
    return {
      name: one.name || of,
      expression: written.replaceAll("−", "-") === readable(value, 6) ? "" : written,
      kind: one === last ? "result" : one.names.length ? "operation" : "leaf",
      value,
      gradient: gradient(one.name),
    };
  });
  const edges = statements.flatMap((one, k) =>
    one.names.map((name) => {
      const [derivative, above] = [done[k].slopes.get(name), gradient(one.name)];
      const contribution = above === null ? null : above * derivative;
      return { source: key.get(name), target: key.get(one.name), symbol: derivativeText(one.expression, name), derivative, contribution };
    }),
  );
  return { names, nodes: [...leaves, ...nodes], edges, of };
}

function namesOf(statements) {
  const given = new Set(statements.map(({ name }) => name));
  return [...new Set(statements.flatMap(({ names }) => names))].filter((name) => !given.has(name));
}

/** The names that the result is made of. */
function reachedFrom(result, statements) {
  const reached = new Set([result.name]);
  for (const one of [...statements].reverse()) if (reached.has(one.name)) one.names.forEach((name) => reached.add(name));
  return reached;
}

function refuseLong(statements, text) {
  const free = namesOf(statements).length;
  const names = free + statements.length;
  if (names > MOST_NAMES) {
    throw expressionFault("", 0, t("expression.many_names", { names: thousands(names), most: MOST_NAMES }), t("expression.explain_part"));
  }
  const sizes = statements.map(({ expression }) => postorder(expression).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const work = sizes.reduce((sum, size, k) => sum + size * statements[k].names.length, 0);
  if (work > MOST_WORK || total > MOST_PARTS) {
    throw expressionFault("", 0, t("expression.many_parts", { sum: thousands(total), names }), t("expression.explain_part"));
  }
  if (free === 0) {
    throw expressionFault("", 0, t("expression.no_names", { text: `\`${[...text.trim()].slice(0, 60).join("")}\`` }), t("expression.use_a_name"));
  }
}

/** The chain rule of a leaf: `dz/dw = dz/dy · dy/dw = 2 · 4 = 8`, a sum where several paths lead to the result. */
export function chainOf(graph, leaf) {
  const place = graph.nodes.findIndex(({ name }) => name === leaf);
  const total = computed(graph.nodes[place].gradient ?? 0);
  const head = slopeName(graph.of, leaf);
  const paths = pathsFrom(graph, place, graph.nodes.length - 1);
  if (!paths.some((path) => path.length > 1)) return `${head} = ${total}`;
  const name = ({ source, target }) => slopeName(graph.nodes[target].name, graph.nodes[source].name);
  const sum = (written) => paths.map((path) => path.toReversed().map(written).join(" · ")).join(" + ");
  const more = paths.length === MOST_PATHS ? " + …" : "";
  return `${head} = ${sum(name)}${more} = ${sum(({ derivative }) => factor(derivative))}${more} = ${total}`;
}

/** `dz/dw`; brackets around what is no plain name. */
export function slopeName(of, by) {
  const [top, bottom] = [of, by].map((name) => (/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name) ? name : `(${name})`));
  return `d${top}/d${bottom}`;
}

const MOST_PATHS = 6;

/** The first paths of edges from one node to another. */
function pathsFrom(graph, place, end) {
  const [found, stack] = [[], [[place, []]]];
  while (stack.length && found.length < MOST_PATHS) {
    const [node, path] = stack.pop();
    if (node === end) found.push(path);
    else {
      const onward = graph.edges.filter(({ source, target }) => source === node && graph.nodes[target].gradient !== null);
      onward.reverse().forEach((edge) => stack.push([edge.target, [...path, edge]]));
    }
  }
  return found;
}
