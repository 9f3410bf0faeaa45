// A function of one number, drawn about a place, with its tangent there and the triangle of its slope.
import { t } from "../base/texts.js";
import { computed, number } from "../base/numbers.js";
import { axis } from "../marks/axis.js";
import { area, dots, line, panelOf } from "../marks/mark.js";
import { reachAbout } from "./cost.js";

const GRID = 121;
const MOST_HEIGHT = 8; // of the middle half of the curve: what climbs beyond is cut

/** The curve over a stretch about 0 that holds still while the place moves. heightOf: value → value; names: [across, up] */
export function tangentPanel(heightOf, { at, height, slope, names, heading, closing = "" }) {
  const reach = 1.15 * reachAbout(0, [1.3 * at], 1), x = axis(names[0], -reach, reach), grid = gridOf(x), heights = grid.map(heightOf);
  return panelOf(x, axis(names[1], ...rangeOf(heights, height)), [line(grid, heights, "value"), ...slopeOn(x, { at, height, slope })], { heading, closing });
}

/** The same so near that curve and tangent are one: a small push, and what it makes of the height. */
export function nudgePanel(heightOf, { at, height, slope, push, after, names, heading, closing = "" }) {
  const x = axis(names[0], at - push, at + 2 * push), grid = gridOf(x), heights = grid.map(heightOf);
  const up = number(Number((after - height).toPrecision(9)), 6); // what is left of a difference of two sums
  const side = line([at + push, at + push], [height, after], "triangle", { text: t("picture.push", { by: computed(push), up }) });
  const marks = [area([at, at + push, at + push], [height, height, after], "triangle"), side, line(grid, heights, "value"), tangentOf(x, { at, height, slope, reach: 2 * push }), dots([at, at + push], [height, after], "fit")];
  return panelOf(x, axis(names[1], ...rangeOf(heights, height)), marks, { heading, closing });
}

function slopeOn(x, { at, height, slope }) {
  if (!Number.isFinite(height)) return [];
  const dot = dots(at, height, "fit", { text: computed(height) });
  if (!Number.isFinite(slope)) return [dot];
  const across = (slope > 0 ? -1 : 1) * 0.12 * (x.high - x.low), up = slope * across, reach = 0.24 * (x.high - x.low);
  return [area([at, at, at + across], [height, height + up, height + up], "triangle"), tangentOf(x, { at, height, slope, reach, text: t("picture.slope", { slope: computed(slope) }) }), dot];
}

function tangentOf(x, { at, height, slope, reach, text = "" }) {
  const ends = [at - reach, at + reach];
  return line(ends, ends.map((end) => height + slope * (end - at)), "tangent", { text });
}

function gridOf({ low, high }) {
  return Array.from({ length: GRID }, (_, k) => low + ((high - low) * k) / (GRID - 1));
}

/** [low, high] of a curve; of one that climbs without end its middle part, and always the place itself. */
function rangeOf(heights, here) {
  const known = heights.filter(Number.isFinite).sort((one, other) => one - other);
  if (!known.length) return Number.isFinite(here) ? [here - 1, here + 1] : [-1, 1];
  const [low, high] = [0.25, 0.75].map((share) => known[Math.floor(share * (known.length - 1))]), room = MOST_HEIGHT * (high - low);
  const kept = [...known.filter((height) => height >= low - room && height <= high + room), ...(Number.isFinite(here) ? [here] : [])];
  const [least, most] = [Math.min(...kept), Math.max(...kept)], air = 0.08 * (most - least) || Math.abs(most) || 1;
  return [least - air, most + air];
}
