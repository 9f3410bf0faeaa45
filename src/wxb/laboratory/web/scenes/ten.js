// ⑩ Autograd: any typed computation as a graph, values forward and gradients back; its result along a leaf with the tangent; a local
// derivative; a small push of a leaf; and the cost of the line, which is such a graph too.
import { byHand, nudged, stepFor } from "../app/hands.js";
import { FIRST_EXPRESSION, LONGEST_EXPRESSION } from "../app/state.js";
import { computed, number } from "../base/numbers.js";
import { cutText } from "../base/plain.js";
import { t } from "../base/texts.js";
import { expressionCode } from "../data/expression_code.js";
import { codeOf } from "../data/code.js";
import { axis } from "../marks/axis.js";
import { panelOf } from "../marks/mark.js";
import { resultAlong, partAlong } from "../math/along.js";
import { chainOf, explained, slopeName } from "../math/autograd.js";
import { costGraphPanel, edgeMiddles, graphPanel } from "../pictures/graph.js";
import { nudgePanel, tangentPanel } from "../pictures/tangent.js";

const PUSH = 0.01;
const FEW = 6; // things that a choice has a button for each of
const LONGEST_CHAIN = 160;
const FINGER_REACH = 0.3; // of a graph's layer, within which a finger finds an edge

export const sceneTen = {
  id: 10,
  key: "autograd",
  layout: "graph",
  beats: true,
  opening: () => ({ start: { W: 0, b: 0 }, epoch: 0, expression: FIRST_EXPRESSION, leaves: { w: 2 }, delta: 0, along: 0 }),
  panels(known, size) {
    const D = costGraphPanel(known, { size, gradients: known.state.beat !== 1 });
    return known.typed.graph ? { A: typedPanel(known, size), B: resultPanel(known), C: stepPanelOf(known), D } : { A: emptyPanel(), D };
  },
  handles: (known) => (known.typed.graph ? [leafHandle(known)] : []),
  press: edgeUnder,
  sentence: (known) => t(known.typed.graph ? "autograd.sentence" : "autograd.sentence_none", valuesOfGraph(known)),
  say: saidNow,
  description: (known) => t(known.typed.graph ? "autograd.description" : "autograd.sentence_none", valuesOfGraph(known)),
  values: valuesOfGraph,
  controls: controlsOf,
  table: edgesTable,
  formula: forwardFormula,
  lines: ({ typed: { fault } }) => (fault?.shown ? [[fault.shown, false], [fault.caret, true]] : []),
  code: (known) => (known.typed.graph ? expressionCode(known.typed) : codeOf(known)),
  task: { done: ({ state, typed }) => state.delta !== 0 && typed.graph !== null },
};

const NO_VALUES = { chain: "…", of: "z", leaf: "w", before: "…", after: "…", ratio: "…", slope: "…", value: "…", push: PUSH };

/** The leaf along which z is drawn, and by which it is derived. */
function leafOf({ state, typed: { graph } }) {
  return graph.names[Math.min(state.along, graph.names.length - 1)];
}

function nodeOf(graph, name) {
  return graph.nodes.find((node) => node.name === name);
}

function chosenOf({ state, typed: { graph } }) {
  return Math.min(state.selected ?? 0, graph.edges.length - 1);
}

/** The graph with the leaf pushed by so much; null where nothing is pushed. */
function pushedOf(known) {
  const { state, typed: { text, leaves } } = known, leaf = leafOf(known);
  const found = state.delta ? explained(text, { ...leaves, [leaf]: leaves[leaf] + state.delta }) : null;
  return found === null || found.fault ? null : found;
}

function valuesOfGraph(known) {
  const { text, leaves, graph } = known.typed;
  if (!graph) return NO_VALUES;
  const leaf = leafOf(known), before = graph.nodes.at(-1).value;
  const after = resultAlong(text, leaves, leaf)(leaves[leaf] + PUSH), chain = chainOf(graph, leaf), slope = slopeName(graph.of, leaf);
  const short = chain.length <= LONGEST_CHAIN ? chain : `${slope} = … = ${computed(nodeOf(graph, leaf).gradient ?? 0)}`;
  const rise = Number((after - before).toPrecision(9)); // what is left of a difference of two sums
  return {
    chain: short.replaceAll(" · ", "\u00a0·\u00a0"), of: graph.of, leaf, before: number(before, 6), after: number(after, 6), ratio: number(rise / PUSH, 6),
    slope: computed(nodeOf(graph, leaf).gradient ?? 0), value: number(leaves[leaf], 6), push: PUSH,
  };
}

function saidNow(known) {
  const { typed: { graph }, state } = known;
  if (!graph) return "";
  if (state.delta) return t("autograd.say_nudge", valuesOfGraph(known));
  const edge = graph.edges[chosenOf(known)];
  if (!edge) return "";
  return t("autograd.say_edge", { source: graph.nodes[edge.source].name, target: graph.nodes[edge.target].name, times: computed(edge.derivative) });
}

// Pictures

function typedPanel(known, size) {
  const { typed: { graph }, state } = known;
  return graphPanel(graph, { size, pushed: pushedOf(known), chosen: chosenOf(known), gradients: state.beat !== 1 });
}

/** Nothing to draw; what is wrong stands at the text. */
function emptyPanel() {
  return panelOf(axis("", 0, 1, { hidden: true }), axis("", 0, 1, { hidden: true }), [], { heading: t("autograd.no_graph") });
}

/** z along the leaf with its tangent; pushed, so near that they are one. */
function resultPanel(known) {
  const { typed: { text, leaves, graph }, state } = known, leaf = leafOf(known), of = resultAlong(text, leaves, leaf), at = leaves[leaf];
  const how = { at, height: graph.nodes.at(-1).value, slope: nodeOf(graph, leaf).gradient ?? 0, names: [leaf, graph.of], heading: t("autograd.along", { of: graph.of, leaf }) };
  return state.delta ? nudgePanel(of, { ...how, push: state.delta, after: of(at + state.delta) }) : tangentPanel(of, how);
}

/** The edge that was tapped: one step alone, and its slope. */
function stepPanelOf(known) {
  const { text, graph } = known.typed, edge = graph.edges[chosenOf(known)], [source, target] = [graph.nodes[edge.source], graph.nodes[edge.target]];
  const symbol = [slopeName(target.name, source.name), edge.symbol, computed(edge.derivative)], told = symbol.filter((text, k) => text && symbol.indexOf(text) === k).join(" = ");
  const how = { at: source.value, height: target.value, slope: edge.derivative, names: [source.name, target.name], heading: t("autograd.step", { derivative: told }) };
  return tangentPanel(partAlong(text, graph, edge), how);
}

// Hands

/** The dot on z(w). */
function leafHandle(known) {
  const { typed: { leaves, graph }, state } = known, leaf = leafOf(known), value = leaves[leaf], set = (next) => ({ leaves: { ...leaves, [leaf]: next } });
  const text = t("autograd.leaf_value", valuesOfGraph(known)), scale = state.delta ? PUSH : 3;
  return {
    panel: "B", key: "leaf", role: "fit", at: [value, graph.nodes.at(-1).value], name: leaf, text, value, low: value - 10, high: value + 10,
    move: (x) => (Number.isFinite(x) ? set(byHand(x, scale)) : null),
    nudge: (_, size, sign) => set(nudged(value, stepFor(3), size, sign)),
  };
}

/** The edge under a finger. */
function edgeUnder(known, slot, [x, y]) {
  if (slot !== "A" || !known.typed.graph) return null;
  let found = null, least = FINGER_REACH;
  for (const size of ["wide", "narrow"]) {
    edgeMiddles(known.typed.graph, size).forEach((middles, k) => {
      for (const [mx, my] of middles) {
        const away = Math.hypot(mx - x, my - y);
        if (away < least) [found, least] = [k, away];
      }
    });
  }
  return found === null || found === known.state.selected ? null : { selected: found };
}

function controlsOf(known) {
  const { state, typed: { leaves, graph, ...typing } } = known, fault = typing.fault && [typing.fault.head, typing.fault.todo].filter(Boolean).join(" · ");
  const typed = { kind: "text", key: "expression", label: t("autograd.expression"), value: state.expression, fault, most: LONGEST_EXPRESSION, set: (expression) => ({ expression: cutText(expression, LONGEST_EXPRESSION), along: 0, selected: null }) };
  if (!graph) return [typed];
  const numbers = graph.names.slice(0, FEW).map((name, k) => ({ kind: "number", key: `leaf-${k}`, role: "value", label: name, value: leaves[name], step: 0.1, set: (value) => ({ leaves: { ...leaves, [name]: value } }) }));
  const along = graph.names.length > 1 ? [listed("along", t("autograd.by"), graph.names, state.along, (place) => ({ along: place }))] : [];
  const edges = graph.edges.map(({ source, target }) => slopeName(graph.nodes[target].name, graph.nodes[source].name));
  const local = edges.length > 1 ? [listed("edge", t("autograd.local"), edges, chosenOf(known), (place) => ({ selected: place }))] : [];
  const push = { kind: "toggle", key: "push", label: t("autograd.push", { leaf: leafOf(known), push: PUSH }), value: state.delta !== 0, set: (on) => ({ delta: on ? PUSH : 0 }) };
  return [typed, ...numbers, ...along, push, ...local];
}

/** One of several: a button for each while they are few, else its number. */
function listed(key, label, names, value, set) {
  if (names.length <= FEW) return { kind: "choice", key, label, value, options: names.map((name, k) => [k, name]), set };
  return { kind: "number", key, label: `${label}: ${names[value]}`, value: value + 1, step: 1, low: 1, high: names.length, set: (place) => set(Math.round(place) - 1) };
}

// Words

/** w = 2, y = w² = 4, z = 2y + 5 = 13: the way forward; the leaf can be pulled. */
function forwardFormula(known) {
  const { graph } = known.typed;
  if (!graph) return [];
  const leaf = leafOf(known), few = graph.nodes.length > FEW ? [...graph.nodes.slice(0, FEW - 1), graph.nodes.at(-1)] : graph.nodes;
  return few.flatMap((node, k) => {
    const gap = k === 0 ? [] : [[few !== graph.nodes && k === FEW - 1 ? " … " : ", ", null]], written = node.expression ? ` = ${node.expression}` : "";
    return [...gap, [`${node.name}${written} = `, null], [computed(node.value), "value", ...(node.name === leaf ? ["leaf"] : [])]];
  });
}

/** The edges: local derivative, and what comes back through it. */
function edgesTable(known) {
  const { graph } = known.typed;
  if (!graph) return null;
  const rows = graph.edges.map(({ source, target, symbol, derivative, contribution }) => [slopeName(graph.nodes[target].name, graph.nodes[source].name), symbol, computed(derivative), contribution === null ? "0" : computed(contribution)]);
  const columns = [t("autograd.edge"), t("autograd.slope"), t("autograd.value"), t("autograd.back", { of: graph.of })];
  return { columns, rows, selected: chosenOf(known) };
}
