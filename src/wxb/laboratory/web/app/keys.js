// Keys of the whole page. A field in which something is typed, and a handle that moves by arrows, keep theirs.

/** Key → what it does; `act` has an entry for each. */
const ACTIONS = {
  " ": "play", ArrowRight: "forward", ArrowLeft: "back", Home: "first", End: "last", "[": "slower", "]": "faster", "{": "halve", "}": "double",
  l: "language", d: "theme", p: "picture", "?": "help", n: "add", b: "backward", z: "zero",
};

/** Listens on the document; act: {play, forward(by), back(by), first, last, rate(factor), …, scene(id), undo, redo}. */
export function keysOf(act) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const undoes = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z";
    if (undoes && !isTyped(event.target)) {
      (event.shiftKey ? act.redo : act.undo)();
      return event.preventDefault();
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "y" && !isTyped(event.target)) {
      act.redo();
      return event.preventDefault();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyped(event.target)) return;
    if (pressed(event, act)) event.preventDefault();
  });
}

function pressed(event, act) {
  if (/^[0-9]$/.test(event.key)) return done(act.scene(Number(event.key) || 10));
  const key = event.key.length === 1 && event.key !== "?" ? event.key.toLowerCase() : event.key;
  const action = ACTIONS[key];
  if (!action || (isPressed(event.target, event.key))) return false;
  if (action === "forward" || action === "back") return done(act[action](event.shiftKey ? 10 : 1));
  if (["slower", "faster", "halve", "double"].includes(action)) return done(act.rate({ slower: 1 / 1.1, faster: 1.1, halve: 0.5, double: 2 }[action]));
  return act[action]() !== false;
}

const done = () => true;

/** Fields in which keys are typed. */
function isTyped(target) {
  return target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") ?? false;
}

/** Buttons and tabs take Space and arrows themselves. */
function isPressed(target, key) {
  return (key === " " && target.matches?.("button, summary, a, [role=tab], input")) || (key.startsWith("Arrow") && target.matches?.("[role=slider], [role=tab], input[type=radio]"));
}
