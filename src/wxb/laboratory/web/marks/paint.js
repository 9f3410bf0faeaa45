// The painter: a panel as SVG, its attributes set in place. Elements are kept and reused by position and kind; what did not change is not touched.
// Texts only ever become text, never markup. `<g class="handles">` of the page, put at the end of the element, stays last.
import { LABEL_SIZE, labelsOf } from "./labels.js";
import { clean, isWide, lineHeight } from "./measure.js";
import { isClipped, pathOf, settingAfter, shapesOf } from "./shapes.js";
import { arranged } from "./sheet.js";

const SVG_NAMES = "http://www.w3.org/2000/svg";
const HATCHES = {
  "/": [6, { d: "M-1 1l2-2M0 6l6-6M5 7l2-2" }],
  "\\": [6, { d: "M-1 5l2 2M0 0l6 6M5-1l2 2" }],
  "-": [5, { d: "M0 2.5h5" }],
  x: [6, { d: "M0 0l6 6M0 6l6-6" }],
  dots: [5, { d: "M1.5 1.5h0M4 4h0", "stroke-width": "1.6", "stroke-linecap": "round" }],
};
let paintedYet = 0; // painters of this page, so that their clips and hatches have names of their own

/** A painter of one svg element. looks: role → {dot, dash, hatch, width, fill}, as payload.looks has them.
 *  paint(panel, {width, height, description, rings}) draws (rings: places of handles, which no label should lie under); frame: place([x, y]) → [px, py], data([px, py]) → [x, y]. */
export function paintInto(svg, looks) {
  const key = `wxb${(paintedYet += 1)}`, layers = layersIn(svg, key), hatched = new Set(), before = new Map();
  let labelled = null;
  const painter = {
    frame: null,
    paint(panel, { width, height, description = "", rings = [] }) {
      const sheet = arranged(panel, width, height), { frame } = sheet;
      painter.frame = frame;
      describe(svg, layers, panel, width, height, description);
      for (const { role } of panel.marks) if (looks[role].hatch && !hatched.has(role)) addHatch(layers.defs, key, role, looks[role], hatched);
      rectangle(layers.clip, frame);
      rectangle(layers.frame, frame);
      layers.frame.more({ visibility: panel.x.hidden && panel.y.hidden ? "hidden" : "inherit" });
      layers.ticks.set({ d: ticksPath(sheet) });
      paintMarks(layers.marks, panel, { frame, key, looks, above: 1, crowded: false });
      if (labelled !== panel.marks.length) before.clear(); // another picture: no label stands where it was
      labelled = panel.marks.length;
      paintLabels(layers.labels, labelsOf(panel.marks, frame, before, rings));
      paintWords(layers.words, sheet.words);
    },
  };
  return painter;
}

function layersIn(svg, key) {
  const first = svg.firstChild, at = (tag) => slot(svg.insertBefore(document.createElementNS(SVG_NAMES, tag), first));
  const desc = at("desc"), defs = at("defs"), all = at("g");
  desc.set({ id: `${key}-desc` });
  all.set({ class: "wxb-panel", "aria-hidden": "true" });
  const inside = reused(all.node);
  const clip = reused(reused(defs.node).next("clipPath", { id: key }).node).next("rect", {});
  const layers = {
    desc, defs: defs.node, clip,
    frame: inside.next("rect", { class: "wxb-frame" }), ticks: inside.next("path", { class: "wxb-tick" }),
    marks: reused(inside.next("g", { class: "wxb-marks" }).node),
    labels: reused(inside.next("g", { class: "wxb-labels" }).node),
    words: reused(inside.next("g", { class: "wxb-words" }).node),
  };
  slot(svg).set({ role: "group", "aria-describedby": `${key}-desc` });
  return layers;
}

function describe(svg, { desc }, panel, width, height, description) {
  const heading = clean(panel.heading);
  desc.write(clean(description));
  const size = `0 0 ${width} ${height}`;
  if (svg.getAttribute("viewBox") !== size) svg.setAttribute("viewBox", size);
  if (heading && svg.getAttribute("aria-label") !== heading) svg.setAttribute("aria-label", heading);
}

function addHatch(defs, key, role, look, hatched) {
  const [period, lines] = HATCHES[look.hatch], made = (parent, tag, attributes) => {
    const one = slot(parent.appendChild(document.createElementNS(SVG_NAMES, tag)));
    one.set(attributes);
    return one.node;
  };
  const pattern = made(defs, "pattern", { id: `${key}-${role}`, class: `wxb-${role}`, width: period, height: period, patternUnits: "userSpaceOnUse" });
  made(pattern, "rect", { width: period, height: period, fill: "currentColor", "fill-opacity": look.fill });
  made(made(pattern, "g", { fill: "none", stroke: "currentColor" }), "path", lines);
  hatched.add(role);
}

function rectangle(one, { left, top, width, height }) {
  one.more({ x: tenthOf(left), y: tenthOf(top), width: tenthOf(width), height: tenthOf(height) });
}

function ticksPath({ frame, xTicks, yTicks }) {
  const across = xTicks.map((x) => `M${tenthOf(x)} ${tenthOf(frame.box[3])}v5`);
  return [...across, ...yTicks.map((y) => `M${tenthOf(frame.left)} ${tenthOf(y)}h-5`)].join("");
}

function paintMarks(layer, panel, first) {
  let setting = first;
  layer.begin();
  for (const mark of panel.marks) {
    const clip = isClipped(mark) ? { "clip-path": `url(#${setting.key})` } : {};
    const group = layer.next("g", { class: `wxb-${mark.role}`, ...clip }), inside = group.children();
    inside.begin();
    for (const [tag, attributes] of shapesOf(mark, setting)) inside.next(tag, attributes);
    inside.end();
    setting = settingAfter(mark, setting);
  }
  layer.end();
}

function paintLabels(layer, labels) {
  layer.begin();
  for (const { leader } of labels) {
    if (leader) layer.next("path", { class: "wxb-tick", "stroke-width": 0.8, fill: "none", d: pathOf(leader) });
  }
  for (const { mark, lines, box } of labels) {
    const x = tenthOf((box[0] + box[2]) / 2), wide = isWide(lines.join("")) ? " wxb-wide" : "";
    const text = layer.next("text", { class: `wxb-label wxb-${mark.role}-text${wide}`, "font-size": LABEL_SIZE, "text-anchor": "middle" });
    const spans = text.children();
    spans.begin();
    lines.forEach((said, k) => spans.next("tspan", { x, y: tenthOf(box[1] + lineHeight(LABEL_SIZE) * k + LABEL_SIZE) }).write(said));
    spans.end();
  }
  layer.end();
}

function paintWords(layer, all) {
  layer.begin();
  for (const { text, x, y, size, soft, bold, anchor } of all) {
    const look = `${soft ? "wxb-soft" : "wxb-ink"}${isWide(text) ? " wxb-wide" : ""}`, weight = bold ? { "font-weight": 600 } : {};
    layer.next("text", { class: look, x: tenthOf(x), y: tenthOf(y), "font-size": size, "text-anchor": anchor, ...weight }).write(text);
  }
  layer.end();
}

/** The children of an element, taken in turn: begin, next(tag, attributes) each, end. */
function reused(parent) {
  const kept = [];
  let position = 0;
  return {
    begin() { position = 0; },
    next(tag, attributes) {
      let one = kept[position];
      if (!one || one.node.localName !== tag) {
        const node = document.createElementNS(SVG_NAMES, tag);
        if (one) one.node.replaceWith(node);
        else parent.appendChild(node);
        one = kept[position] = slot(node);
      }
      position += 1;
      one.set(attributes);
      return one;
    },
    end() { while (kept.length > position) kept.pop().node.remove(); },
  };
}

/** An element and what was last said of it. set: these attributes and no others; more: these besides; write: its text. */
function slot(node) {
  let said = {}, text = "", children = null;
  const more = (attributes) => {
    for (const name in attributes) {
      if (said[name] !== attributes[name]) { node.setAttribute(name, attributes[name]); said[name] = attributes[name]; }
    }
  };
  return {
    node, more,
    set(attributes) {
      more(attributes);
      for (const name in said) if (!(name in attributes)) { node.removeAttribute(name); delete said[name]; }
    },
    write(next) { if (text !== next) { node.textContent = next; text = next; } },
    children: () => (children ??= reused(node)),
  };
}

function tenthOf(value) {
  return Math.round(value * 10) / 10;
}
