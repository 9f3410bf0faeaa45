// One live region for all that is said: at most one sentence a second, the newest; the same sentence is not said twice running.
// What an eye would miss, too, is shown for a while (`say(text, true)`).

import { put, write } from "./dom.js";

const PAUSE = 1000;
const SHOWN_FOR = 5000;

/** `say(text, shown)` into a live region; what comes within the second waits, and a newer one takes its place. */
export function speechIn(region) {
  let waiting = null;
  let timer = null;
  let hiding = null;
  let last = -Infinity;

  function speak() {
    timer = null;
    if (waiting === null) return;
    const [text, shown] = waiting;
    waiting = null;
    last = performance.now();
    write(region, text);
    put(region, "data-shown", shown);
    clearTimeout(hiding);
    if (shown) hiding = setTimeout(() => put(region, "data-shown", null), SHOWN_FOR);
  }

  return function say(text, shown = false) {
    if (!text || (text === region.textContent && !shown)) return;
    if (waiting?.[1] && !shown) return; // what is to be seen is not passed over
    waiting = [text, shown];
    timer ??= setTimeout(speak, Math.max(0, last + PAUSE - performance.now()));
  };
}
