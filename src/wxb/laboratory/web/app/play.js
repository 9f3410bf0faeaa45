// Playing: epochs by the clock. 2000 of them take six seconds at ×1, whatever the screen's pace; a hidden page stops.
// ▸ on ⑤ is one step in four beats.

export const SPEEDS = [1, 10, 100];
export const EPOCHS_A_SECOND = 2000 / 6;
const BEATS = [[1, 150], [2, 300], [3, 300], [4, 300]];

/** now() → known; `move(epoch, gesture)` puts the epoch; `changed()` after play begins or ends. */
export function playerOf({ now, move, beat, changed }) {
  let running = null;
  let speed = 1;
  let beats = null;

  function tick(time) {
    if (running === null) return;
    const { run, state } = now();
    running.at ??= state.epoch === "min" ? 0 : state.epoch;
    running.at += ((time - (running.time ?? time)) / 1000) * EPOCHS_A_SECOND * speed * (run.epochs / 2000);
    running.time = time;
    const epoch = Math.min(run.epochs, Math.floor(running.at));
    move(epoch, running);
    if (epoch >= run.epochs) stop();
    else running.frame = requestAnimationFrame(tick);
  }

  function start() {
    if (running) return;
    endBeats();
    const { run, state } = now();
    running = {};
    if (state.epoch === "min" || state.epoch >= run.epochs) running.at = 0;
    running.frame = requestAnimationFrame(tick);
    changed();
  }

  function stop() {
    if (!running) return;
    cancelAnimationFrame(running.frame);
    running = null;
    changed();
  }

  /** Ends the beats; a step that was asked for and not yet made is made. */
  function endBeats() {
    if (beats === null) return;
    clearTimeout(beats.timer);
    const { pending } = beats;
    beats = null;
    pending?.();
    beat(0);
  }

  /** One step in four beats; the epoch moves on the third. */
  function stepInBeats(forward) {
    stop();
    endBeats();
    beats = { pending: forward };
    const go = (k) => {
      if (k === BEATS.length) return endBeats();
      const [which, pause] = BEATS[k];
      beat(which);
      if (which === 3) {
        beats.pending = null;
        forward();
      }
      beats.timer = setTimeout(() => go(k + 1), pause);
    };
    go(0);
  }

  document.addEventListener("visibilitychange", () => document.hidden && stop());
  return {
    toggle: () => (running ? stop() : start()),
    stop() {
      stop();
      endBeats();
    },
    stepInBeats,
    faster() {
      speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
      changed();
    },
    get speed() {
      return speed;
    },
    get running() {
      return running !== null;
    },
  };
}
