// The store: who sets a patch makes the next state; undo and redo, one step for one gesture.

import { accepted, KEPT } from "./state.js";

const MOST_UNDONE = 300;

/** A store about a first state. `set(patch, gesture)`: sets of one gesture (a drag, one play) are one step to undo. */
export function storeOf(first) {
  let state = first;
  let past = [];
  let future = [];
  let gesture = null;
  const listeners = new Set();

  function become(next) {
    if (next === state) return;
    const before = state;
    state = Object.freeze(next);
    for (const listener of listeners) listener(state, before);
  }

  function set(patch, ofGesture = null) {
    const changes = accepted(patch);
    const names = Object.keys(changes).filter((name) => !sameValue(changes[name], state[name]));
    if (!names.length) return;
    if (names.some((name) => KEPT.includes(name))) {
      if (ofGesture === null || ofGesture !== gesture) past = [...past.slice(1 - MOST_UNDONE), state];
      future = [];
      gesture = ofGesture;
    }
    become({ ...state, ...changes });
  }

  function back(from, onto) {
    if (!from.length) return false;
    onto.push(state);
    gesture = null;
    const kept = from.pop();
    become({ ...state, ...Object.fromEntries(KEPT.map((name) => [name, kept[name]])), hand: null, beat: 0 });
    return true;
  }

  return {
    get state() {
      return state;
    },
    set,
    /** The same without a step to undo: what runs by itself, the page's own openings. */
    replace(patch) {
      become({ ...state, ...accepted(patch) });
    },
    undo: () => back(past, future),
    redo: () => back(future, past),
    can: () => ({ undo: past.length > 0, redo: future.length > 0 }),
    /** Calls `listener(state, before)` after each change; gives what ends that. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether two values of a field say the same; places by their numbers. */
export function sameValue(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => sameValue(one[name], other[name]));
}
