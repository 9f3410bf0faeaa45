// A computation as a graph: values go forward, in blue, gradients come back, in purple, along edges with their local derivatives.
// The cost of the line is one too; its marks: twin of wxb/pictures/graph.py. On a narrow screen graphs run down.
import { computed, number, toldApart } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { slopeName } from "../math/autograd.js";
import { axis } from "../marks/axis.js";
import { area, arrow, bars, panelOf, words } from "../marks/mark.js";
import { shortened, textWidth } from "../marks/measure.js";
import { layered } from "./layers.js";

const GRAPH_ROOM = { wide: [780, 200], narrow: [300, 250] }; // pixels that a graph has at least, across and down
const LETTERS = 13;
const LINE = 20;
const HALF = 40; // pixels, of a box at most
const WAYS = { wide: 0.2, narrow: 0.12 }; // the way forward and the way back, from the middle of an edge, of half a box
const FEW_LABELS = 4; // edges that all have their labels; of more it is the chosen one's alone
const BESIDE_WAY = 5; // pixels between a way and its label

/** The graph of what was typed. graph: of `explained`; pushed: the same with a leaf pushed a little, or null; chosen: an edge */
export function graphPanel(graph, { size, pushed = null, chosen = null, gradients = true }) {
  const shape = shapeOf(graph, size), { spread, at, half, inside } = shape;
  const fits = (text) => textWidth(text, LETTERS) <= inside, titles = shortened(graph.nodes.map(titleOf), fits);
  const ways = graph.edges.map((edge, k) => wayMarks(spread.routes[k].map(at), shape, gradients && edge.contribution !== null));
  const marks = [...(chosen === null ? [] : [underMark(spread.routes[chosen].map(at), shape)]), ...ways.flat()];
  graph.nodes.forEach((node, k) => {
    const said = saidOf(graph, node, { title: titles[k], fits, lines: shape.lines, after: pushed?.nodes[k].value, gradients });
    marks.push(...boxMarks(at(spread.places[k]), half, said, node.kind === "operation" ? "quiet" : node.kind));
  });
  graph.edges.forEach((edge, k) => {
    if (gradients && edge.contribution !== null && (!shape.crowded || k === chosen)) marks.push(edgeWords(graph, edge, spread.routes[k].map(at), shape));
  });
  const along = [-0.5, spread.layers - 0.5], beside = [-spread.rows / 2, spread.rows / 2], [x, y] = shape.down ? [beside, [-along[1], 0.5]] : [along, beside];
  return panelOf(axis("", ...x, { hidden: true }), axis("", ...y, { hidden: true }), marks, { heading: t("picture.graph_heading") });
}

/** Where everything is: layers to the right, on a narrow screen down; half a box; pixels of a unit across and up; room for words. */
function shapeOf(graph, size) {
  const spread = layered(graph), { layers, rows } = spread, down = size === "narrow", [wide, high] = GRAPH_ROOM[size];
  const unit = down ? [wide / rows, high / layers] : [wide / layers, high / rows];
  const half = down ? [Math.min(0.46, 95 / unit[0]), Math.min(0.31, HALF / unit[1])] : [layers > 3 ? 0.3 : 0.27, Math.min(0.42, HALF / unit[1])];
  return {
    spread, down, unit, half, ways: WAYS[size], at: ([layer, row]) => (down ? [row, -layer] : [layer, -row]),
    inside: 2 * half[0] * unit[0] - 8, lines: Math.floor((1.8 * half[1] * unit[1]) / LINE), crowded: graph.edges.length > FEW_LABELS,
  };
}

/** Where the edges of a graph are, for a finger: middles of their parts. */
export function edgeMiddles(graph, size) {
  const { spread, at } = shapeOf(graph, size);
  return spread.routes.map((route) => route.slice(1).map(([layer, row], k) => at([(layer + route[k][0]) / 2, (row + route[k][1]) / 2])));
}

function titleOf({ name, expression }) {
  return expression ? `${name} = ${expression}` : name;
}

/** [[text, role], …]: what it is, its value, its gradient, in as many lines as there is room for. */
function saidOf(graph, { name, value, gradient, kind }, { title, fits, lines, after, gradients }) {
  const first = (...texts) => texts.find(fits) ?? shortened([texts.at(-1)], fits)[0];
  const told = after === undefined ? [computed(value), number(value, 3)] : [toldApart(value, after, 6).join(" → "), computed(after)];
  const hasBack = gradients && gradient !== null && kind !== "result", slope = slopeName(graph.of, name);
  const back = hasBack ? [[first(`${slope} = ${computed(gradient)}`, `${slope} = ${number(gradient, 3)}`, number(gradient, 3)), "gradient"]] : [];
  if (lines === 2 && !back.length) return [[title, "limit"], [first(...told), "value"]];
  if (lines >= 3) return [[title, "limit"], [first(...told), "value"], ...back];
  return [[first(...told.map((text) => `${title} = ${text}`), `${name} = ${told[1]}`, told[1]), "value"], ...(lines >= 2 ? back : [])];
}

/** A path beside the middle of an edge, from box to box. */
function besideRoute(route, { down, half: [across, up] }, shift) {
  return route.map(([x, y], k) => {
    const end = k === 0 ? 1 : k === route.length - 1 ? -1 : 0;
    return down ? [x + shift * across, y - end * up] : [x + end * across, y + shift * up];
  });
}

const acrossOf = (path) => path.map(([x]) => x), upOf = (path) => path.map(([, y]) => y);

/** Forward, and beside it back where a gradient comes. */
function wayMarks(route, shape, comes) {
  const shift = comes ? (shape.down ? -shape.ways : shape.ways) : 0, forward = besideRoute(route, shape, shift), back = besideRoute(route, shape, -shift).reverse();
  const marks = [arrow(acrossOf(forward), upOf(forward), comes ? "value" : "quiet")];
  return comes ? [...marks, arrow(acrossOf(back), upOf(back), "gradient")] : marks;
}

/** What lies under the edge that was tapped. */
function underMark(route, shape) {
  const around = [...besideRoute(route, shape, 2 * shape.ways), ...besideRoute(route, shape, -2 * shape.ways).reverse()];
  return area(acrossOf(around), upOf(around), "own");
}

/** dy/dw = 2w = 4, or as much of it as there is room for, below the way back, or to the right of it. */
function edgeWords({ nodes }, { source, target, symbol, derivative }, route, { down, half, unit, spread, ways }) {
  const middle = Math.floor((route.length - 1) / 2), [one, other] = [route[middle], route[middle + 1]];
  const room = down ? unit[0] * (spread.rows > 1 ? 0.5 : 0.5 - 2 * ways * half[0]) - 2 * BESIDE_WAY : unit[0] * (1 - 2 * half[0]) - BESIDE_WAY;
  const value = computed(derivative), known = symbol && symbol !== value ? [symbol, value] : [value], name = slopeName(nodes[target].name, nodes[source].name);
  const tries = [[name, ...known], [name, value], known, [value]].map((parts) => parts.join(" = "));
  const text = tries.find((each) => textWidth(each, LETTERS) <= room) ?? tries.at(-1), [x, y] = [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
  if (down) return words(x + 2 * ways * half[0] + (BESIDE_WAY + textWidth(text, LETTERS) / 2) / unit[0], y, text, "gradient");
  return words(x, y - 2 * ways * half[1] - (BESIDE_WAY + LETTERS / 2) / unit[1], text, "gradient");
}

/** A box and its lines, from the top. */
function boxMarks([x, y], [across, up], lines, role) {
  const written = lines.map(([text, of], k) => words(x, y + 2 * up * (0.5 - (k + 0.5) / lines.length) * 0.9, text, of));
  return [bars(x - across, x + across, y - up, y + up, role), ...written];
}

const COST_WIDE = 0.88, LEAF_WIDE = 2.1, LEAF_TALL = 0.8, ARROW_ABOVE = 0.15; // of a box of the cost's graph, where columns and rows are 1 apart

/** The cost of the line now: W and b → H → error → square → mean. */
export function costGraphPanel(known, { size, gradients = true }) {
  const { here, n } = known, back = (value) => (gradients ? [[t("picture.grad", { value }), "gradient"]] : []);
  const leaf = (name) => [[`${name} = ${number(here[name])}`, "limit"], ...back(number(here.gradient[name]))];
  const { height, error } = meansOf(known), mean = (value) => t("picture.mean_value", { value: number(value, 3) });
  const inner = [
    ["H = W·x + b", mean(height), t("picture.numbers", { n })], ["e = H − y", mean(error), "2e/n"],
    ["e²", t("picture.mean_value", { value: number(here.cost, 3) }), "1/n"], [t("picture.cost"), number(here.cost), "1"],
  ].map(([name, value, last], k) => [[name, "limit"], [value, "data"], ...(k ? back(last) : [[last, "gradient"]])]);
  const panel = size === "narrow" ? costDown : costAcross;
  return panel([leaf("b"), leaf("W")], inner);
}

function costAcross(leaves, inner) {
  const tall = 1.2, middle = 0.5, marks = [];
  leaves.forEach((lines, row) => {
    marks.push(...boxMarks([-LEAF_WIDE / 2 + COST_WIDE / 2, row], [LEAF_WIDE / 2, LEAF_TALL / 2], lines, "leaf"));
    marks.push(arrow([COST_WIDE / 2, 1 - COST_WIDE / 2], [row, middle + ARROW_ABOVE * tall], "quiet"));
  });
  inner.forEach((lines, k) => {
    marks.push(...boxMarks([k + 1, middle], [COST_WIDE / 2, tall / 2], lines, k === 3 ? "result" : "quiet"));
    const height = middle + ARROW_ABOVE * tall;
    if (k < 3) marks.push(arrow([k + 1 + COST_WIDE / 2, k + 2 - COST_WIDE / 2], [height, height], "quiet"));
  });
  return costPanelOf([COST_WIDE / 2 - LEAF_WIDE - 0.1, 4.53], [-0.6, 1.6], marks);
}

/** Down a narrow screen: what it is and its value in one line, what comes back below. */
function costDown(leaves, inner) {
  const half = [0.9, 0.32], marks = [];
  leaves.forEach((lines, k) => {
    marks.push(...boxMarks([k - 0.5, 0], [0.45, half[1]], lines, "leaf"), arrow([k - 0.5, (k - 0.5) / 2], [-half[1], half[1] - 1], "quiet"));
  });
  inner.forEach(([name, value, ...back], k) => {
    marks.push(...boxMarks([0, -k - 1], half, [[`${name[0]}: ${value[0]}`, "data"], ...back], k === 3 ? "result" : "quiet"));
    if (k < 3) marks.push(arrow([0, 0], [-k - 1 - half[1], half[1] - k - 2], "quiet"));
  });
  return costPanelOf([-1, 1], [-4.45, 0.45], marks);
}

function costPanelOf(x, y, marks) {
  return panelOf(axis("", ...x, { hidden: true }), axis("", ...y, { hidden: true }), marks, { heading: t("picture.cost_graph") });
}

/** The means of H and of H − y: sums know them, however many rows there are. */
function meansOf({ here, bowl }) {
  const height = here.W * bowl.mean + here.b, { W, b } = bowl.minimum;
  return { height, error: (here.W - W) * bowl.mean + (here.b - b) };
}
