// The page: one painting a frame, whatever was set; the top bar, what it opens, what it says.

import { wordOf } from "../math/rates.js";
import { number, thousands } from "../base/numbers.js";
import { speak, t } from "../base/texts.js";
import { SCENES } from "../scenes/all.js";
import { actsOf } from "./acts.js";
import { barIn } from "./bar.js";
import { columnIn, NUMERALS, tasksOf } from "./column.js";
import { byId, element, matched, put, write } from "./dom.js";
import { readFile } from "./files.js";
import { derive } from "./known.js";
import { keysOf } from "./keys.js";
import { menuIn } from "./menu.js";
import { playerOf } from "./play.js";
import { printedBy } from "./printing.js";
import { speechIn } from "./speech.js";
import { stageIn } from "./stage.js";

const NARROW_SCREEN = "(max-width: 719px)";

/** The page about a store; gives {repaint, say, known, scene, stage}. */
export function pageOf(payload, store) {
  const narrow = matchMedia(NARROW_SCREEN);
  let frame = 0;
  let seen = null; // the scene that was painted last
  const known = () => derive(payload, store.state);
  const scene = () => SCENES.find(({ id }) => id === store.state.scene) ?? SCENES[0];
  const say = speechIn(byId("live"));
  const change = (patch, gesture) => patch && store.set({ ...patch, touched: true }, gesture);
  const repaint = () => (frame ||= requestAnimationFrame(paint));
  const shell = {
    payload, store, known, scene, say, change, repaint,
    isNarrow: () => narrow.matches,
    handleOf: (key) => scene().handles(known()).find((handle) => handle.key === key),
    light: (role) => put(byId("stage"), "data-lit", role),
    progress: progressed,
  };
  shell.player = playerOf({ now: known, move: (epoch, gesture) => change({ epoch }, gesture), beat: (beat) => store.replace({ beat }), changed: repaint });
  shell.act = actsOf(shell);
  const column = columnIn(shell);
  const bar = barIn(byId("bar"), shell);
  const stage = (shell.stage = stageIn(byId("stage"), shell));
  const menu = menuIn(shell);
  keysOf(shell.act);
  wired(shell);
  swiped(byId("main"), shell);
  dropped(shell);
  printedBy(shell);
  narrow.addEventListener("change", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  store.subscribe((state, before) => {
    spokenOf(shell, state, before);
    repaint();
  });

  function progressed(done, fresh) {
    if (!fresh.length) return;
    queueMicrotask(() => store.replace({ done }));
    say(t("app.task_done"), true);
  }

  function paint() {
    frame = 0;
    const { state } = store;
    speak(state.lang);
    const now = known();
    const current = scene();
    dressed(state, now, current, shell.act);
    showNames(state);
    column.show(now, current);
    stage.paint(now, current);
    bar.show(now, current);
    menu.show(now);
    if (seen !== current) stage.fly(state.touched ? [] : (current.flights?.(now) ?? []));
    seen = current;
    const { undo, redo } = store.can();
    put(byId("undo"), "aria-disabled", String(!undo));
    put(byId("redo"), "aria-disabled", String(!redo));
  }
  return { ...shell, paint };
}

/** Language and theme of the document, the scenes of the top bar, its title. */
function dressed(state, known, current, act) {
  const root = document.documentElement;
  put(root, "lang", state.lang);
  put(root, "data-theme", state.theme);
  put(byId("stage"), "data-scene", current.key);
  put(document.body, "data-touched", state.touched ? "" : null);
  const title = `${t("app.title", known.names)} · ${NUMERALS[current.id]} ${t(`${current.key}.title`)}`;
  if (document.title !== title) document.title = title;
  matched(byId("scenes"), SCENES, ({ id }) => {
    const press = () => act.enter(id);
    return element("li", {}, element("button", { type: "button", on: { click: press } }, element("span", { class: "numeral", "aria-hidden": "true" }), element("span", { class: "name" }), element("span", { class: "unseen" })));
  }, (item, scene) => {
    const button = item.firstChild;
    const name = t(`${scene.key}.title`);
    const done = tasksOf(scene).length > 0 && tasksOf(scene).every(({ id }) => state.done[id]);
    put(button, "aria-current", scene.id === current.id ? "step" : null);
    put(button, "class", done ? "done" : null);
    put(button, "title", name);
    write(button.children[0], NUMERALS[scene.id]);
    write(button.children[1], t(`${scene.key}.short`));
    write(button.children[2], done ? t("app.done") : "");
  });
}

/** Texts that stand in the page itself, by their keys. */
function showNames({ lang, theme }) {
  const said = byId("main").dataset.said;
  const now = `${lang} ${theme}`;
  if (said === now) return;
  byId("main").dataset.said = now;
  for (const made of document.querySelectorAll("[data-t]")) write(made, t(made.dataset.t));
  for (const made of document.querySelectorAll("[data-label]")) {
    const text = t(made.dataset.label);
    put(made, "aria-label", text);
    if (made.matches("button")) put(made, "title", text);
  }
  write(byId("language"), lang === "ko" ? "EN" : "한");
  put(byId("language"), "lang", lang === "ko" ? "en" : "ko");
  const themeText = t("app.theme", { theme: t({ auto: "app.theme_auto", light: "app.theme_light", dark: "app.theme_dark" }[theme]) });
  put(byId("theme"), "aria-label", themeText);
  put(byId("theme"), "title", themeText);
}

/** A finger that goes sideways turns to the next scene; one that began on a handle, or draws on a picture, does not. */
function swiped(main, { act, scene }) {
  let from = null;
  main.addEventListener("pointerdown", (event) => {
    const slot = event.target.closest?.("svg")?.dataset.slot;
    const taken = event.defaultPrevented || event.target.closest?.("input, .pulled, .scrolled, .lines, .handle") || (slot && scene().press);
    from = event.pointerType === "mouse" || taken ? null : [event.clientX, event.clientY];
  });
  main.addEventListener("pointerup", (event) => {
    if (!from) return;
    const [across, down] = [event.clientX - from[0], event.clientY - from[1]];
    from = null;
    if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(down)) act.next(across < 0 ? 1 : -1);
  });
  main.addEventListener("pointercancel", () => (from = null));
}

/** A file, or a text, dropped anywhere. */
function dropped({ act }) {
  const mark = (on) => document.body.classList.toggle("dropping", on);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? mark(false));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    mark(false);
    const [file] = event.dataTransfer.files;
    const content = file ? await readFile(file) : event.dataTransfer.getData("text/plain");
    if (content !== "") act.paste(content);
  });
}

function wired({ act }) {
  const on = (id, run) => byId(id).addEventListener("click", run);
  on("undo", act.undo);
  on("redo", act.redo);
  on("language", act.language);
  on("theme", act.theme);
  on("save", act.picture);
  on("help", act.help);
  on("code", act.code);
  on("opening", act.opening);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address is that of the state
    byId("text").focus();
  });
  byId("text").addEventListener("focus", () => byId("text").scrollIntoView({ block: "start" }));
}

/** What is said of a change that no handle says itself. */
function spokenOf({ say, known, scene }, state, before) {
  if (state.scene !== before.scene) return say(`${NUMERALS[state.scene]} ${t(`${scene().key}.title`)}`);
  if (state.lr !== before.lr || state.momentum !== before.momentum) {
    const { verdict } = known();
    return say(t("app.alpha_value", { lr: number(state.lr, 6), verdict: verdict ? wordOf(verdict) : t("app.no_rate") }));
  }
  if (state.epoch !== before.epoch && state.start === before.start) {
    const { here, epoch } = known();
    const values = { epoch: thousands(epoch), W: number(here.W), b: number(here.b), cost: number(here.cost) };
    say(here.isMinimum ? t("app.said_minimum", values) : t("app.said_epoch", values));
  }
}
