// On paper: every scene is a page with its finished picture, its sentences and tasks, on light ground; the scene one is in, as it is now.

import { paintInto } from "../marks/paint.js";
import { t } from "../base/texts.js";
import { SCENES } from "../scenes/all.js";
import { NUMERALS, tasksOf } from "./column.js";
import { byId, element, shape } from "./dom.js";
import { derive } from "./known.js";
import { accepted, entered, firstState } from "./state.js";

const PAPER_WIDTH = 680; // pixels across
const PICTURES_APART = 14;

/** Fills the sheets before printing, empties them after. */
export function printedBy({ payload, store }) {
  addEventListener("beforeprint", () => byId("sheets").replaceChildren(...SCENES.map((scene) => sheetOf(payload, stateOn(payload, store.state, scene), scene))));
  addEventListener("afterprint", () => byId("sheets").replaceChildren());
}

function stateOn(payload, state, scene) {
  if (scene.id === state.scene) return state;
  const { lang, rows, names, added, guess } = state;
  const first = { ...firstState(payload), lang, rows, names, added, guess };
  return Object.freeze({ ...first, ...accepted(scene.opening(payload)), ...entered(payload, { touched: true }, scene) });
}

function sheetOf(payload, state, scene) {
  const known = derive(payload, state);
  const panels = Object.values(scene.panels(known, "wide"));
  const description = scene.description(known);
  const pictures = element("div", { class: "pictures" });
  const sizes = sizesOf(panels, scene.layout);
  panels.forEach((panel, k) => {
    const { width, height } = sizes[k];
    const svg = pictures.appendChild(shape("svg", { width, height }));
    paintInto(svg, payload.looks).paint(panel, { width, height, description });
  });
  const values = scene.values?.(known) ?? {};
  const tasks = tasksOf(scene).map(({ key }) => element("p", { class: "task", text: `☐ ${t(key, values)}` }));
  const formula = (scene.formula(known) ?? []).map(([text]) => text).join("");
  return element("section", { class: "sheet" },
    element("h2", { text: `${NUMERALS[scene.id]} ${t(`${scene.key}.title`)}` }),
    element("p", { text: scene.sentence?.(known) ?? t(`${scene.key}.sentence`, values) }),
    element("p", { text: scene.say(known) ?? "" }),
    element("p", { text: formula }), pictures, ...tasks);
}

/** One picture across; two side by side; what follows in strips. A graph has the whole width. */
function sizesOf(panels, layout) {
  const half = (PAPER_WIDTH - PICTURES_APART) / 2;
  if (layout === "graph") return panels.map((_, k) => ({ width: k % 3 ? half : PAPER_WIDTH, height: k % 3 ? 260 : 200 }));
  if (panels.length === 1) return [{ width: PAPER_WIDTH, height: 480 }];
  return panels.map((_, k) => (k < 2 ? { width: half, height: 320 } : { width: panels.length === 3 ? PAPER_WIDTH : half, height: 170 }));
}
