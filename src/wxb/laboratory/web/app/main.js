// main: begins the page. What went wrong is said in one sentence, and the page stays alive.

import { speak, t, teach } from "../base/texts.js";
import { SCENES } from "../scenes/all.js";
import { byId, put, write } from "./dom.js";
import { fromFragment, toFragment } from "./fragment.js";
import { pageOf } from "./page.js";
import { entered, firstState } from "./state.js";
import { storeOf } from "./store.js";

const WRITTEN_EVERY = 250;
const FAULTS_NAMED = 8;
const FILLED = ["scenes", "menu", "formula", "lines", "controls", "task", "rows", "stage", "bar", "live", "sheets"];

/** What Python gave the page. */
export const given = () => JSON.parse(byId("payload").textContent);

export function begin() {
  emptied();
  const payload = given();
  teach(payload.texts);
  const fault = () => {
    write(byId("live"), t("app.fault"));
    put(byId("live"), "data-shown", true);
  };
  addEventListener("error", fault);
  addEventListener("unhandledrejection", fault);
  opened(payload);
}

/** A page that a browser saved as it stood holds what was drawn: it begins empty, as any other. */
function emptied() {
  for (const id of FILLED) byId(id).replaceChildren();
  for (const left of document.querySelectorAll("dialog")) left.remove();
  delete byId("main").dataset.said;
}

function opened(payload) {
  const { state, faults } = stateAt(payload, location.hash);
  speak(state.lang);
  const store = storeOf(state);
  const page = pageOf(payload, store);
  for (const part of [document.querySelector("header"), byId("main"), byId("bar")]) put(part, "hidden", null);
  addressed(payload, store, page);
  page.paint();
  sayFaults(page, faults);
}

/** What an address says in vain; of many the first. */
function sayFaults(page, faults) {
  const keys = faults.slice(0, FAULTS_NAMED).join(", ") + (faults.length > FAULTS_NAMED ? ", …" : "");
  if (faults.length) page.say(t("app.fragment_faults", { keys }), true);
}

/** The state that a fragment says; where it says nothing but a scene, that scene's opening. */
function stateAt(payload, hash) {
  const { patch, faults } = fromFragment(hash, payload);
  const first = { ...firstState(payload), scene: SCENES[0].id, ...patch };
  const scene = SCENES.find(({ id }) => id === first.scene) ?? SCENES[0];
  return { state: Object.freeze({ ...first, ...entered(payload, first, scene) }), faults };
}

/** The address follows the state, at most four times a second, and the state an address that somebody else wrote. */
function addressed(payload, store, page) {
  let written = location.hash;
  let timer = null;
  const writeOut = () => {
    timer = null;
    const fragment = toFragment(store.state, payload);
    if (fragment === written) return;
    written = fragment;
    try {
      history.replaceState(null, "", fragment);
    } catch {
      // a page within a page without an address of its own, or a browser that counts: the state is only not in the address
    }
  };
  store.subscribe(() => (timer ??= setTimeout(writeOut, WRITTEN_EVERY)));
  addEventListener("pagehide", writeOut);
  addEventListener("hashchange", () => {
    if (location.hash === written) return;
    written = location.hash;
    const { state, faults } = stateAt(payload, written);
    page.player.stop();
    store.set(state);
    sayFaults(page, faults);
  });
}
