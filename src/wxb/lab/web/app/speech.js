// One live region for all that is said: at most one sentence a second, the newest; the same sentence is not said twice running.

import { write } from "./dom.js";

const PAUSE = 1000;

/** `say(text)` into a live region; what comes within the second waits, and a newer one takes its place. */
export function speechIn(region) {
  let waiting = null;
  let timer = null;
  let last = -Infinity;

  function speak() {
    timer = null;
    if (waiting === null) return;
    last = performance.now();
    write(region, waiting);
    waiting = null;
  }

  return function say(text) {
    if (!text || text === region.textContent) return;
    waiting = text;
    timer ??= setTimeout(speak, Math.max(0, last + PAUSE - performance.now()));
  };
}
