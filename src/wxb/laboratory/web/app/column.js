// The column of text: title, sentence, what the numbers say now, the formula, controls, the task, the rows, code with its lines.

import { element, matched, put, write, byId } from "./dom.js";
import { showControls } from "./controls.js";
import { thousands } from "../base/numbers.js";
import { isText, t } from "../base/texts.js";

const ROWS_SHOWN = 40;
const PULL = 6; // pixels for a step
export const NUMERALS = ["", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩"];

/** The column in the page. shell: {store, known(), scene(), change(patch, gesture), light(role|null), handleOf(key)} */
export function columnIn(shell) {
  const memories = new Map();
  const formula = formulaIn(byId("formula"), shell);
  const task = taskIn(byId("task"), shell);
  const rows = rowsIn(byId("rows"), shell);
  return {
    show(known, scene) {
      const values = scene.values?.(known) ?? {};
      write(byId("title"), `${NUMERALS[scene.id]} ${t(`${scene.key}.title`)}`);
      write(byId("sentence"), scene.sentence?.(known) ?? t(`${scene.key}.sentence`, values));
      write(byId("say"), scene.say(known) ?? "");
      formula.show(scene.formula(known));
      showControls(byId("controls"), scene.controls(known), (patch) => shell.change(patch), (text) => shell.say(text, true));
      if (!memories.has(scene.id)) memories.set(scene.id, {});
      task.show(known, scene, values, memories.get(scene.id));
      rows.show(scene.table(known));
      showLines(byId("lines"), scene.lines?.(known) ?? []);
    },
  };
}

/** Pieces coloured by role. A role that is touched lights its marks; a piece with a handle can be pulled sideways. */
function formulaIn(parent, shell) {
  const over = (event) => shell.light(event.target.dataset?.role ?? null);
  parent.addEventListener("pointerover", over);
  parent.addEventListener("pointerleave", () => shell.light(null));
  let pull = null;
  parent.addEventListener("pointerdown", (event) => {
    const { handle } = event.target.dataset ?? {};
    if (!handle) return;
    pull = { key: handle, from: event.clientX, steps: 0, gesture: {} };
    parent.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  parent.addEventListener("pointermove", (event) => {
    if (!pull) return;
    const steps = Math.trunc((event.clientX - pull.from) / PULL);
    while (steps !== pull.steps) {
      const sign = Math.sign(steps - pull.steps);
      pull.steps += sign;
      const patch = shell.handleOf(pull.key)?.nudge("y", event.shiftKey ? "large" : event.altKey ? "small" : "plain", sign);
      if (patch) shell.change(patch, pull.gesture);
    }
  });
  for (const name of ["pointerup", "pointercancel"]) parent.addEventListener(name, () => (pull = null));
  return {
    show(pieces) {
      put(parent, "hidden", !pieces?.length);
      matched(parent, pieces ?? [], () => element("span"), (span, [text, role, handle]) => {
        write(span, text);
        put(span, "class", `${role ? `piece wxb-${role}-text` : ""}${handle ? " pulled" : ""}` || null);
        put(span, "data-role", role ?? null);
        put(span, "data-handle", handle ?? null);
        put(span, "title", handle ? t("app.pull") : null);
      });
    },
  };
}

/** The tasks tick themselves; a hint and the answer wait until they are asked for. */
function taskIn(parent, shell) {
  const list = parent.appendChild(element("ul", { class: "tasks" }));
  const more = ["hint", "answer"].map((part) => {
    const made = element("details", { class: part }, element("summary"), element("p"));
    return parent.appendChild(made);
  });
  let shownOf = 0;
  return {
    show(known, scene, values, memory) {
      const tasks = tasksOf(scene);
      put(parent, "hidden", tasks.length === 0);
      const done = { ...known.state.done };
      for (const { id, done: isDone } of tasks) if (!done[id] && known.state.touched && isDone(known, memory)) done[id] = true;
      shell.progress(done, tasks.filter(({ id }) => done[id] && !known.state.done[id]));
      matched(list, tasks, () => element("li", {}, element("span", { class: "tick", "aria-hidden": "true" }), element("span"), element("span", { class: "unseen" })), (item, { id, key }) => {
        put(item, "class", done[id] ? "done" : null);
        write(item.children[0], done[id] ? "✓" : "");
        write(item.children[1], t(key, values));
        write(item.children[2], done[id] ? t("app.done") : "");
      });
      more.forEach((made, k) => {
        const key = `${scene.key}.${["hint", "answer"][k]}`;
        if (shownOf !== scene.id) made.open = false;
        put(made, "hidden", !isText(key) || tasks.length === 0);
        write(made.firstChild, t(k === 0 ? "app.hint" : "app.answer"));
        write(made.lastChild, isText(key) ? t(key, values) : "");
      });
      shownOf = scene.id;
    },
  };
}

/** The tasks of a scene with their ids in `done`: "6", "6b". */
export function tasksOf(scene) {
  const given = scene.tasks ?? (scene.task ? [{ key: `${scene.key}.task`, ...scene.task }] : []);
  return given.map((task, k) => ({ ...task, id: `${scene.id}${"b".repeat(k)}` }));
}

/** The rows as a table; the pointer over one selects it, and the other way round. */
function rowsIn(parent, shell) {
  const head = element("tr");
  const body = element("tbody");
  const table = element("table", {}, element("thead", {}, head), body);
  const rest = element("p", { class: "rest" });
  parent.append(element("div", { class: "scrolled", tabindex: 0, role: "region" }, table), rest);
  const select = (event) => {
    const row = event.target.closest("tbody tr");
    const at = row ? [...body.children].indexOf(row) : null;
    if (at !== shell.known().state.selected) shell.store.replace({ selected: at });
  };
  body.addEventListener("pointerover", select);
  body.addEventListener("pointerleave", () => shell.store.replace({ selected: null }));
  return {
    show(content) {
      put(parent, "hidden", !content);
      if (!content) return;
      const shownRows = content.rows.slice(0, ROWS_SHOWN);
      put(parent.firstChild, "aria-label", t("app.rows"));
      matched(head, content.columns, () => element("th", { scope: "col" }), (cell, text) => write(cell, text));
      matched(body, shownRows, () => element("tr"), (line, cells, k) => {
        put(line, "class", k === content.selected ? "selected" : null);
        matched(line, cells, () => element("td"), (cell, text) => write(cell, text));
      });
      const left = content.rows.length - shownRows.length;
      put(rest, "hidden", left === 0);
      write(rest, left ? t("app.rows_left", { n: thousands(left) }) : "");
    },
  };
}

function showLines(parent, lines) {
  put(parent, "hidden", lines.length === 0);
  matched(parent, lines, () => element("code"), (made, [text, isLit]) => {
    write(made, text);
    put(made, "class", isLit ? "lit" : null);
  });
}
