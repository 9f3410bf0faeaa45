// What the page goes on with when it is given other rows: the rate and the place to predict at, as Python chooses them for a page of its own.

import { roundDown } from "../base/numbers.js";
import { bowlOf } from "../math/bowl.js";
import { momentsOf } from "../math/moments.js";
import { arrivalOf, ratesOf } from "../math/rates.js";
import { firstState } from "./state.js";

const USUAL_RATE = 0.01;

/** The patch of other rows, or of the page's own (null). The line begins anew; a guess was for other rows. */
export function rowsGiven(payload, rows, names) {
  const { start, lr, at, momentum, epochs } = firstState(payload);
  const begun = { rows, names, added: [], start, epoch: 0, epochs, momentum, only: "both", zero: true, trace: null, selected: null, guess: null, answers: {}, touched: true };
  if (rows === null) return { ...begun, lr, at };
  const rates = ratesOf(bowlOf(momentsOf(rows)), momentum);
  return { ...begun, start: { W: 0, b: 0 }, lr: rateFor(rates, epochs), at: placeBeyond(rows.map(([x]) => x)) };
}

/** The payload of a page that was made of these rows, from which scenes open; the page's own where they are null. */
export function payloadOf(payload, rows) {
  if (rows === null) return payload;
  const { start, lr, at } = rowsGiven(payload, rows, null), ends = (all) => [Math.min(...all), Math.max(...all)];
  const span = { x: ends(rows.map(([x]) => x)), y: ends(rows.map(([, y]) => y)) };
  return { ...payload, rows, cells: null, moments: null, span, path: { ...payload.path, start, lr, at } };
}

/** 0.01 while it arrives within the epochs, else the best rate. */
function rateFor(rates, epochs) {
  if (!rates || arrivalOf(rates, USUAL_RATE) <= epochs) return USUAL_RATE;
  const best = roundDown(rates.best, 3);
  return best > 0 && Number.isFinite(best) ? best : USUAL_RATE;
}

/** A round place a third of the span above it: of 1 to 3 it is 4. */
function placeBeyond(xs) {
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const width = high - low;
  if (!(width > 0 && width < Infinity)) return high;
  const unit = 10 ** Math.floor(Math.log10(width / 2));
  return Number((Math.ceil((high + width / 3) / unit) * unit).toPrecision(12));
}
