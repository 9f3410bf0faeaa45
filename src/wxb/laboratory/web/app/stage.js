// The stage: up to four pictures of a scene, painted in place; what pointers do on them where no handle is.

import { fly } from "./flight.js";
import { paintInto } from "../marks/paint.js";
import { element, put, shape, write } from "./dom.js";
import { handlesOn, pointOf } from "./handles.js";
import { rowAdded } from "./hands.js";
import { t } from "../base/texts.js";

const SLOTS = ["A", "B", "C", "D"];

/** The four slots in a section. shell: {store, payload, known(), scene(), say(text), repaint(), isNarrow()} */
export function stageIn(section, shell) {
  const held = new Map();
  const hold = (slot, frame) => {
    if (frame) held.set(slot, [frame.x, frame.y]);
    else held.delete(slot);
    shell.repaint();
  };
  let last = null;
  const touch = (event) => (last = event.target.closest("figure")?.dataset.slot ?? last);
  section.addEventListener("focusin", touch);
  section.addEventListener("pointerdown", touch);
  const slots = Object.fromEntries(SLOTS.map((slot) => [slot, slotIn(section, slot, { ...shell, hold })]));
  return {
    /** Paints what a scene shows now. */
    paint(known, scene) {
      const narrow = shell.isNarrow();
      const panels = scene.panels(known, narrow ? "narrow" : "wide");
      const used = SLOTS.filter((slot) => panels[slot]);
      const large = used.includes(known.state.stage) ? known.state.stage : used[0];
      put(section, "data-slots", scene.layout ?? used.join(""));
      put(section, "data-minis", narrow ? used.length - 1 : null);
      const handles = scene.handles(known);
      const isMini = (slot) => narrow && slot !== large;
      for (const slot of SLOTS) {
        put(slots[slot].figure, "hidden", !panels[slot]);
        if (panels[slot]) put(slots[slot].figure, "class", `slot ${isMini(slot) ? "mini" : "large"}`);
      }
      for (const slot of used) slots[slot].size(); // all before any is painted: the page is laid out once
      for (const slot of used) {
        const panel = panels[slot], mini = isMini(slot);
        slots[slot].paint(stillAxes(mini ? miniature(panel) : panel, held.get(slot)), {
          description: scene.description(known),
          handles: mini ? [] : handles.filter((handle) => handle.panel === slot),
          name: panel.heading || panel.y.label,
          mini,
        });
      }
    },
    /** The pictures that are shown: [{slot, svg, name, isLast}], isLast the one that was touched last. */
    pictures() {
      const there = SLOTS.filter((slot) => !slots[slot].figure.hidden);
      const chosen = there.includes(last) ? last : there[0];
      return there.map((slot) => ({ slot, svg: slots[slot].svg, name: slots[slot].svg.getAttribute("aria-label") ?? slot, isLast: slot === chosen }));
    },
    /** Cards that fly over the pictures. */
    fly: (flights) => fly(section, flights, ([slot, at]) => slots[slot].placeOf(at)),
    addAtPointer: () => slots.A.addHere(),
  };
}

/** While something is dragged on a picture its axes do not move. */
function stillAxes(panel, axes) {
  if (!axes) return panel;
  const [x, y] = axes;
  return { ...panel, x: { ...panel.x, low: x.low, high: x.high }, y: { ...panel.y, low: y.low, high: y.high } };
}

/** A picture small: its marks without words; what it is stands beside it. */
function miniature(panel) {
  const bare = (axis) => ({ ...axis, hidden: true });
  const marks = panel.marks.filter(({ kind }) => kind !== "text").map((mark) => (mark.text ? { ...mark, text: "" } : mark));
  return { ...panel, x: bare(panel.x), y: bare(panel.y), marks, heading: "", subheading: "", closing: "" };
}

function slotIn(section, slot, shell) {
  const svg = shape("svg", { "data-slot": slot });
  const swap = element("button", { type: "button", class: "swap", on: { click: () => shell.store.replace({ stage: slot }) } }, element("span"));
  const figure = section.appendChild(element("figure", { class: "slot", "data-slot": slot, tabindex: -1, hidden: true }, svg, swap));
  const painter = paintInto(svg, shell.payload.looks);
  const handles = handlesOn(svg, slot, painter, shell);
  const size = sizeOf(svg, shell.repaint);
  const pointer = pointersOn(svg, slot, painter, handles, shell);
  return {
    figure,
    svg,
    size,
    /** Where in the window a place of the picture is; null where it is not shown. */
    placeOf(at) {
      if (figure.hidden || !painter.frame) return null;
      const { left, top } = svg.getBoundingClientRect(), [x, y] = painter.frame.place(at);
      return [left + x, top + y];
    },
    paint(panel, { description, handles: given, name, mini }) {
      const { width, height } = size();
      if (!(width > 40 && height > 40)) return;
      painter.paint(panel, { width, height, description, rings: given.map(({ at }) => at) });
      handles.update(given);
      put(swap, "hidden", !mini);
      if (mini) write(swap.firstChild, name);
    },
    addHere: pointer.addHere,
  };
}

/** The size of an element, looked at when it changes only. */
function sizeOf(target, changed) {
  let size = null;
  const look = () => {
    const { width, height } = target.getBoundingClientRect();
    return { width: Math.round(width), height: Math.round(height) };
  };
  new ResizeObserver(() => {
    const next = look();
    if (size && next.width === size.width && next.height === size.height) return;
    size = next;
    changed();
  }).observe(target);
  return () => (size?.width ? size : (size = look()));
}

/** Pointers: on a handle they drag it; elsewhere what the scene makes of a place; twice adds a row. */
function pointersOn(svg, slot, painter, handles, shell) {
  let pressing = null;
  let over = null;
  const change = (patch, gesture) => patch && shell.store.set({ ...patch, touched: true }, gesture);
  const inside = ([px, py]) => {
    if (!painter.frame) return false;
    const [left, top, right, bottom] = painter.frame.box;
    return px >= left && px <= right && py >= top && py <= bottom;
  };
  const pressed = (event) => change(shell.scene().press(shell.known(), slot, painter.frame.data(pointOf(svg, event))), pressing);

  // touch-action on parts of an SVG does not hold everywhere, and of many points not each is an element
  svg.addEventListener("touchstart", (event) => {
    if (painter.frame && event.touches.length === 1 && handles.nearest(pointOf(svg, event.touches[0]))) event.preventDefault();
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => {
    if (!painter.frame || event.button !== 0) return;
    const at = pointOf(svg, event);
    const handle = handles.nearest(at);
    if (handle) return handles.begin(event, handle);
    if (!shell.scene().press || !inside(at)) return;
    pressing = {};
    svg.setPointerCapture(event.pointerId);
    pressed(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!painter.frame || handles.dragged(event)) return;
    if (pressing) return pressed(event);
    over = pointOf(svg, event);
    if (shell.scene().hover && event.pointerType === "mouse") hovered(over);
  });
  const ended = (event) => {
    handles.end(event);
    pressing = null;
  };
  svg.addEventListener("pointerup", ended);
  svg.addEventListener("pointercancel", ended);
  svg.addEventListener("lostpointercapture", ended);
  svg.addEventListener("pointerleave", () => {
    over = null;
    if (shell.scene().hover) hovered(null);
  });
  svg.addEventListener("click", (event) => shell.scene().hover && event.detail === 1 && hovered(pointOf(svg, event)));
  svg.addEventListener("dblclick", (event) => {
    if (adds(pointOf(svg, event))) event.preventDefault();
  });

  function hovered(at) {
    const patch = shell.scene().hover(shell.known(), slot, at && painter.frame ? painter.frame.data(at) : null);
    if (patch) shell.store.replace(patch);
  }

  function adds(at) {
    if (shell.scene().adds !== slot || !inside(at) || handles.nearest(at)) return false;
    const [x, y] = painter.frame.data(at);
    const known = shell.known();
    const fine = (value, axis) => Number(value.toPrecision(Math.max(2, 3 + Math.floor(Math.log10(Math.abs(value) / (axis.high - axis.low) || 1)))));
    const patch = rowAdded(known, [fine(x, painter.frame.x), fine(y, painter.frame.y)]);
    change(patch, {});
    shell.say(patch ? t("app.added") : t("app.full"), !patch);
    return true;
  }

  return {
    /** Where the pointer last was, or the middle of the picture. */
    addHere() {
      if (!painter.frame) return;
      const [left, top, right, bottom] = painter.frame.box;
      adds(over && inside(over) ? over : [(left + right) / 2 + 31, (top + bottom) / 2 - 29]);
    },
  };
}
