// Handles on a picture: dragged by a pointer, moved by keys, `role="slider"` with their values in words. A drag begins on a
// handle only, is one step to undo, holds the axes still; Esc brings back what was; what is dragged out is removed.

import { put, shape } from "./dom.js";

const REACH = 22; // of the disc that is seen by fingers only
const SEEN_AT_MOST = 60; // handles that are elements of their own; others are found by the pointer
const OUT = 26; // pixels outside the frame from which a drag removes
const BURST = 1000;

/** The handles of one picture. shell: {store, known(), hold(slot, frame | null), say(text)} */
export function handlesOn(svg, slot, painter, shell) {
  const layer = svg.appendChild(shape("g", { class: "handles" }));
  const shown = new Map();
  let handles = [];
  let drag = null;
  let burst = { key: "", at: 0, before: null };

  const handleOf = (key) => handles.find((handle) => handle.key === key);
  const change = (patch, gesture) => patch && shell.store.set({ ...patch, touched: true }, gesture);

  function update(next) {
    handles = next;
    const listed = next.length <= SEEN_AT_MOST ? next : next.filter(({ key }, k) => key === drag?.key || k < 1 || !key.startsWith("row-"));
    const keys = new Set(listed.map(({ key }) => key));
    for (const [key, made] of shown) if (!keys.has(key)) dropped(key, made);
    for (const handle of listed) place(shown.get(handle.key) ?? made(handle), handle);
  }

  function made({ key, role }) {
    const group = shape("g", { class: `handle wxb-${role}`, role: "slider", tabindex: 0, "data-key": key },
      shape("circle", { class: "reach", r: REACH }), shape("circle", { class: "halo", r: 11 }), shape("circle", { class: "knob", r: 6.5 }));
    group.addEventListener("keydown", (event) => keyed(event, key));
    group.addEventListener("blur", () => (burst.key = ""));
    shown.set(key, group);
    return layer.appendChild(group);
  }

  function dropped(key, group) {
    const focused = document.activeElement === group;
    shown.delete(key);
    group.remove();
    const next = handles.findLast((handle) => handle.key.split("-")[0] === key.split("-")[0]) ?? handles.at(-1);
    if (focused) (shown.get(next?.key) ?? svg.closest("figure")).focus();
  }

  function place(group, handle) {
    const [x, y] = painter.frame.place(handle.at).map((pixel) => Math.round(pixel * 10) / 10);
    const there = Number.isFinite(x) && Number.isFinite(y);
    put(group, "transform", there ? `translate(${x} ${y})` : null);
    put(group, "class", `handle wxb-${handle.role}${drag?.key === handle.key ? " held" : ""}${drag?.key === handle.key && drag.out ? " leaving" : ""}`);
    put(group, "display", there ? null : "none");
    put(group, "aria-label", handle.name);
    put(group, "aria-valuetext", handle.text);
    put(group, "aria-valuenow", finite(handle.value, 0));
    put(group, "aria-valuemin", finite(handle.low, 0));
    put(group, "aria-valuemax", finite(handle.high, 0));
  }

  /** The handle under a pointer: the nearest within reach, whether it is an element or not. */
  function nearest([px, py], among = handles) {
    let found = null;
    let least = REACH * REACH;
    for (const handle of among) {
      const [x, y] = painter.frame.place(handle.at);
      const far = (x - px) ** 2 + (y - py) ** 2;
      if (far <= least) [found, least] = [handle, far];
    }
    return found;
  }

  function begin(event, handle) {
    const at = pointOf(svg, event);
    const [x, y] = painter.frame.place(handle.at);
    const offset = [x - at[0], y - at[1]];
    drag = { key: handle.key, pointer: event.pointerId, from: at, offset, before: shell.store.state, frame: painter.frame, moved: false, out: false, gesture: {} };
    svg.setPointerCapture(event.pointerId);
    shown.get(handle.key)?.focus({ preventScroll: true });
    event.preventDefault();
  }

  function dragged(event) {
    if (!drag || event.pointerId !== drag.pointer) return false;
    const at = pointOf(svg, event);
    if (!drag.moved && Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) < 2) return true;
    if (!drag.moved) shell.hold(slot, drag.frame);
    drag.moved = true;
    const handle = handleOf(drag.key);
    if (!handle) return true;
    const [left, top, right, bottom] = drag.frame.box;
    const px = at[0] + drag.offset[0];
    const py = at[1] + drag.offset[1];
    drag.out = Boolean(handle.remove) && (px < left - OUT || px > right + OUT || py < top - OUT || py > bottom + OUT);
    const place = drag.frame.data([clamp(px, left, right), clamp(py, top, bottom)]);
    change({ ...handle.move(...place), hand: drag.key }, drag.gesture);
    return true;
  }

  function end(event) {
    if (!drag || (event.pointerId !== undefined && event.pointerId !== drag.pointer)) return false;
    const { key, out, moved, gesture } = drag;
    const handle = handleOf(key);
    drag = null;
    shell.hold(slot, null);
    if (out && handle?.remove) change(handle.remove(), gesture);
    shell.store.replace({ hand: null });
    if (moved && handle) shell.say(handleOf(key)?.text ?? handle.text);
    return true;
  }

  function restore() {
    const before = drag?.before ?? burst.before;
    if (!before) return;
    const gesture = drag?.gesture ?? {};
    drag = null;
    burst = { key: "", at: 0, before: null };
    shell.hold(slot, null);
    shell.store.set({ ...before, hand: null }, gesture);
  }

  function keyed(event, key) {
    const handle = shell.handleOf(key); // as it is now: keys may come faster than frames
    if (!handle || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") restore();
    else if (event.key === "Delete" || event.key === "Backspace") {
      if (!handle.remove) return;
      change(handle.remove(), {});
    } else {
      const patch = moveOf(event, handle);
      if (!patch) return;
      if (burst.key !== key || event.timeStamp - burst.at > BURST) burst = { key, before: shell.store.state, gesture: {} };
      burst.at = event.timeStamp;
      change(patch, burst.gesture);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return { update, begin, dragged, end, nearest, isDragging: () => drag !== null, focus: (key) => shown.get(key)?.focus() };
}

const ARROWS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowDown: ["y", -1], ArrowUp: ["y", 1] };

/** The patch of a key: arrows (Shift larger, Alt smaller), Page up and down larger, Home and End where a handle has them. */
function moveOf(event, handle) {
  const size = event.shiftKey ? "large" : event.altKey ? "small" : "plain";
  if (Object.hasOwn(ARROWS, event.key)) {
    const [axis, sign] = ARROWS[event.key];
    return handle.nudge(axis, size, sign);
  }
  if (event.key === "PageUp") return handle.nudge("y", "large", 1);
  if (event.key === "PageDown") return handle.nudge("y", "large", -1);
  if (event.key === "Home" && handle.home) return handle.home();
  if (event.key === "End" && handle.end) return handle.end();
  return null;
}

/** Where a pointer is, in pixels of a picture. */
export function pointOf(svg, event) {
  const { left, top } = svg.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function finite(value, otherwise) {
  return Number.isFinite(value) ? value : otherwise;
}
