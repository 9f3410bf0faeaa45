// The state: one frozen plain object that says all that is shown, and which values it may have.
//
// What the plan left open, decided here (whoever builds on it reads it here).
//
// Fields besides those of the plan:
//   names null|{x, y}|{preset}   {preset: key}: those of a table that comes with the page, in the language of the page
//   answers {scene: number}      what was typed for a task that asks for a number (⑤ W after five steps, ⑦ epoch, ⑨ step)
//   view "curve"|"contours"      what panel B shows where a scene offers both (④); "alpha": D of ⑥ is the axis of rates
//   delta 0|0.01                 ⑩'s small push of its leaf
//   along 0 …                    the place of that leaf among the free names of the expression
//   selected                     in ⑩ an edge of the graph, else a row
//   beat 0…4                     ⑤'s beats: 0 none, 1 zero_grad, 2 backward, 3 step, 4 redraw; runs by itself, not in the fragment
//   stage "A"|"B"|"C"|"D"        the slot that is large on a narrow screen
//   hand null|key                the handle being dragged; its picture's axes are held still by the page
//   done {"3": true, "6b": true} tasks by scene, "b" a scene's second
//   touched                      false: entering a scene shows its opening; true: everything is kept as the learner left it
// Every patch of a hand, a control, a key gets `touched: true` from the page; scenes need not say it.
//
// A scene, besides id, key, opening(payload), panels(known, size), handles(known), say(known), description(known),
// controls(known), table(known), formula(known), code(known); all optional:
//   values(known)                places of its fixed texts KEY.sentence .task .hint .answer
//   tasks [{key, done(known, memory)}]   instead of task, where there are two: key is that of the text ("rate.task_diverge")
//   memory                       an object the page keeps for each scene, for tasks that need to remember
//   layout "lanes"               A B C side by side above D; without it the page lays out what there is
//   large "B"                    the slot that is large on a narrow screen when the scene is entered; A without it
//   flights(known) → [{text, from: [slot, [x, y]], to}]   cards that fly once when the scene is entered untouched, where motion is wanted
//   adds "A"                     a double tap or N there adds a row: the page does it
//   hover(known, slot, [x, y] | null) → patch|null     the pointer over a picture, null: it left. Selects a row, say
//   press(known, slot, [x, y]) → patch|null            a click, and dragging on, where no handle is: contours, timelines
//   step(known, sign) → patch                          ▸ and ◂ do this instead of an epoch (⑨); Home and End stay
//   beats true                   ▸ goes in four beats (⑤)
//   keys {b: (known) => patch}   keys of its own (⑨: b, z)
//   lines(known) → [[text, isLit], …]                  code beside the picture, with its active lines (⑤, ⑦)
// A handle may have home() and end() → patch. A formula's piece is [text, role|null, key of a handle|undefined]: it can be pulled.
// Controls: {kind, key, label, value, set(value) → patch, role?} and number: low, high, step · choice: options [[value, text]] ·
//   text: fault (a sentence or null) · button: set() and disabled · toggle: value a boolean. label is a text that is said already.
// Hands for scenes (points, the line): app/hands.js.
//
// Patches are plain objects with some of these fields; `accepted` leaves out what a field may not be, so that no scene,
// no fragment and no paste can put the page into a state that cannot be shown. Undo goes over fields in KEPT only.

export const SCENE_COUNT = 10;
export const MOST_ROWS = 2000;
export const LONGEST_NAME = 200;
export const LONGEST_EXPRESSION = 500;
export const MOST_EPOCHS = 100000;
export const FIRST_EXPRESSION = "y = w**2; z = 2*y + 5";

/** What undo and redo bring back; the rest (language, theme, what runs) stays as it is. */
export const KEPT = [
  "scene", "rows", "names", "added", "start", "epoch", "epochs", "lr", "momentum", "only", "zero", "at", "guess", "absolute",
  "trace", "shape", "calls", "expression", "leaves", "along", "selected", "answers", "view", "delta", "touched",
];

const isFiniteNumber = (value) => typeof value === "number" && Number.isFinite(value);
const isPlace = (value) => Array.isArray(value) && value.length === 2 && value.every(isFiniteNumber);
const isWhole = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
const oneOf = (...words) => (value) => words.includes(value);
const isBoolean = (value) => typeof value === "boolean";
const isTextOf = (most) => (value) => typeof value === "string" && value.length <= most;
const orNull = (test) => (value) => value === null || test(value);
const isPlaces = (most) => (value) => Array.isArray(value) && value.length <= most && value.every(isPlace);
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isRecordOf = (test) => (value) => isRecord(value) && Object.keys(value).length <= 50 && Object.values(value).every(test);

/** Field → whether a value may stand there. */
const FIELDS = {
  scene: isWhole(1, SCENE_COUNT),
  lang: oneOf("ko", "en"),
  theme: oneOf("auto", "light", "dark"),
  rows: orNull((value) => isPlaces(MOST_ROWS)(value) && value.length > 0),
  names: orNull((value) => isRecord(value) && (isTextOf(20)(value.preset) || (isTextOf(LONGEST_NAME)(value.x) && isTextOf(LONGEST_NAME)(value.y)))),
  added: isPlaces(MOST_ROWS),
  start: (value) => isRecord(value) && isFiniteNumber(value.W) && isFiniteNumber(value.b),
  epoch: (value) => value === "min" || isWhole(0, MOST_EPOCHS)(value),
  epochs: isWhole(1, MOST_EPOCHS),
  lr: (value) => isFiniteNumber(value) && value > 0,
  momentum: (value) => isFiniteNumber(value) && value >= 0 && value < 1,
  only: oneOf("both", "W"),
  zero: isBoolean,
  at: isFiniteNumber,
  guess: orNull(isFiniteNumber),
  absolute: isBoolean,
  trace: orNull(isPlaces(500)),
  shape: oneOf("(3, 1)", "(3,)"),
  calls: isWhole(0, 999),
  expression: isTextOf(LONGEST_EXPRESSION),
  leaves: isRecordOf(isFiniteNumber),
  along: isWhole(0, 99),
  selected: orNull(isWhole(0, MOST_ROWS)),
  done: isRecordOf(isBoolean),
  answers: isRecordOf(isFiniteNumber),
  view: oneOf("curve", "contours", "alpha"),
  delta: oneOf(0, 0.01),
  beat: isWhole(0, 4),
  stage: oneOf("A", "B", "C", "D"),
  hand: orNull(isTextOf(60)),
  touched: isBoolean,
};

/** The fields of a patch that may be what they are there. */
export function accepted(patch) {
  const kept = {};
  for (const name of Object.keys(FIELDS)) {
    if (Object.hasOwn(patch, name) && FIELDS[name](patch[name])) kept[name] = patch[name];
  }
  return kept;
}

/** The state in which a page opens: that of its payload, before any scene's opening. */
export function firstState(payload) {
  const path = payload.path ?? {};
  return Object.freeze({
    scene: 1,
    lang: payload.lang === "ko" ? "ko" : "en",
    theme: "auto",
    rows: null,
    names: null,
    added: [],
    start: { W: 0, b: 0 },
    epoch: 0,
    epochs: 2000,
    lr: 0.01,
    momentum: 0,
    only: "both",
    zero: true,
    at: 4,
    guess: null,
    absolute: false,
    trace: null,
    shape: "(3, 1)",
    calls: 0,
    expression: FIRST_EXPRESSION,
    leaves: { w: 2 },
    along: 0,
    selected: null,
    done: {},
    answers: {},
    view: "curve",
    delta: 0,
    beat: 0,
    stage: "A",
    hand: null,
    touched: false,
    ...accepted(path),
  });
}

const RUN = ["zero", "epochs", "lr", "momentum", "only"];

/** How a scene runs where it was opened, and the learner left it so, is given back on leaving it: no other scene runs by it. */
function givenBack(payload, state, left) {
  if (!left || state.rows !== null) return {};
  const opening = accepted(left.opening(payload)), first = firstState(payload);
  const names = RUN.filter((name) => Object.hasOwn(opening, name) && state[name] === opening[name]);
  return Object.fromEntries(names.map((name) => [name, first[name]]));
}

/** The state on entering a scene from another: its opening where nothing was touched, else only the scene is another. */
export function entered(payload, state, scene, left = null) {
  const still = { stage: scene.large ?? "A", hand: null, beat: 0, selected: null, scene: scene.id };
  if (state.touched) return { ...givenBack(payload, state, left), ...still };
  const { lang, theme, done, guess, answers, rows, names } = state;
  return { ...firstState(payload), lang, theme, done, guess, answers, rows, names, ...accepted(scene.opening(payload)), ...still };
}
