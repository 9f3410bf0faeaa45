// The axis of learning rates: how many epochs each takes, zones from crawling to diverging, the limit, the best and one's own.
// Marks: twins of wxb/pictures/alpha.py. Where the epochs are known a rate is good that arrives within them.
import { counted, number, readable, roundDown } from "../base/numbers.js";
import { spoken, t } from "../base/texts.js";
import { axis } from "../marks/axis.js";
import { bars, dots, line, panelOf, rule } from "../marks/mark.js";
import { arrivalOf, roleOfVerdict, verdictOn } from "../math/rates.js";

const RATE_GRID = 60;
const HALVINGS = 40;
const DOWN = 1000; // from the limit, that the axis reaches
const UP = 2;
const FEW_EPOCHS = 30; // below which one more is seen
const FARTHEST = 1e12; // from the limit, where a rate of one's own is
const STRIP = 0.22; // of the height, for the zones

/** What the axis knows of rates: limit, best, zones(low, high) and curve(low, high). within : epochs in which a rate is to arrive, or null */
export function alphaAxis(rates, within) {
  const best = bestOf(rates);
  const roleAt = (lr) => (lr >= rates.limit ? "diverge" : roleOfVerdict(verdictOn(rates, lr, { epochs: within })));
  return { rates, within, limit: rates.limit, best, zones: (low, high) => zonesOf(rates.limit, best, roleAt, low, high), curve: (low, high) => curveOf(rates, best, low, high) };
}

/** The rate that the fewest epochs are enough for: with momentum not every rate that is best in the long run is. */
function bestOf(rates) {
  const best = rates.best >= rates.limit * (1 - 1e-15) ? rates.limit * (1 - 1e-12) : rates.best; // of a condition beyond 1e15
  if (!rates.momentum) return best;
  const grid = geometric(rates.limit / DOWN, rates.limit, RATE_GRID).slice(0, -1);
  return [best, ...grid].reduce((one, other) => (arrivalOf(rates, other) < arrivalOf(rates, one) ? other : one));
}

/** [[from, to, role], …], in ascending order: where the role changes is searched between places of a grid. */
function zonesOf(limit, best, roleAt, low, high) {
  const about = [-1e-3, 0, 1e-3, 1e-2].map((share) => best * (1 + share)), below = geometric(1e-6, 0.3, 12).map((share) => limit * (1 - share));
  const grid = ascending([...geometric(low, limit, RATE_GRID), ...about, ...below, high], low, high), roles = grid.map(roleAt);
  const edges = [low], kinds = [roles[0]];
  for (let k = 0; k + 1 < grid.length; k += 1) {
    if (roles[k] === roles[k + 1]) continue;
    edges.push(roles[k + 1] === "diverge" ? limit : changeOf(grid[k], grid[k + 1], roles[k], roleAt));
    kinds.push(roles[k + 1]);
  }
  return kinds.map((role, k) => [edges[k], edges[k + 1] ?? high, role]);
}

function changeOf(left, right, role, roleAt) {
  for (let k = 0; k < HALVINGS; k += 1) {
    const middle = Math.sqrt(left * right);
    if (roleAt(middle) === role) left = middle;
    else right = middle;
  }
  return right;
}

/** [rates, epochs] of those that converge, close together where the curve is steep. */
function curveOf(rates, best, low, high) {
  const { limit } = rates, top = Math.min(high, limit * (1 - 1e-9)), near = geometric(1e-9, 0.5, 60).map((share) => limit * (1 - share));
  const grid = ascending([...geometric(low, top, 120), ...near, best], low, top);
  return stairs(grid, grid.map((lr) => Math.max(arrivalOf(rates, lr), 1)));
}

/** Few epochs are whole ones: a stair, where slanted lines from one to the next would show fractions. */
function stairs(grid, epochs) {
  const across = [], up = [];
  grid.forEach((lr, k) => {
    if (k > 0 && Math.max(epochs[k], epochs[k - 1]) < FEW_EPOCHS && epochs[k] !== epochs[k - 1]) {
      const middle = Math.sqrt(grid[k - 1] * lr);
      across.push(middle, middle);
      up.push(epochs[k - 1], epochs[k]);
    }
    across.push(lr);
    up.push(epochs[k]);
  });
  return [across, up];
}

function ascending(values, low, high) {
  return [...new Set(values)].filter((value) => value >= low && value <= high).sort((one, other) => one - other);
}

/** So many numbers from low to high, each so many times the one before. */
export function geometric(low, high, count) {
  return Array.from({ length: count }, (_, k) => (k === 0 ? low : k === count - 1 ? high : low * (high / low) ** (k / (count - 1))));
}

const drawnAxes = new WeakMap(); // of rates: what is drawn whatever the own rate is

/** The axis, its zones and its curve from one rate to another, made once while own rates move on it. */
function drawnAxis(rates, alpha, low, high) {
  const key = [spoken(), alpha.within, low, high].join(), last = drawnAxes.get(rates);
  if (last?.key === key) return last;
  const [across, epochs] = alpha.curve(low, high), up = upAxis(alpha, epochs);
  const made = { key, up, marks: [...zoneMarks(alpha.zones(low, high), up), ...curveMarks(alpha, across, epochs)] };
  drawnAxes.set(rates, made);
  return made;
}

/** The panel of a set of own rates. */
export function alphaPanel(rates, within, own) {
  const alpha = alphaAxis(rates, within), low = Math.max(Math.min(alpha.limit / DOWN, ...own.map((lr) => lr / 2)), alpha.limit / FARTHEST);
  const high = Math.min(Math.max(UP * alpha.limit, ...own.map((lr) => 1.5 * lr)), alpha.limit * FARTHEST);
  const { up, marks: drawn } = drawnAxis(rates, alpha, low, high), marks = [...drawn, ...own.map((lr) => ownMark(alpha, lr, up))];
  const more = { epochs: counted(arrivalOf(rates, alpha.best)), limit: readable(roundDown(alpha.limit, 5), 5) };
  return panelOf(axis(t("picture.alpha"), low, high, { log: true }), up, marks, { heading: t("picture.alpha_title"), subheading: t("picture.alpha_more", more), aspect: 0.55 });
}

/** The epochs that are seen, and room for the strip of zones below them. */
function upAxis({ within }, epochs) {
  const seen = epochs.filter(Number.isFinite), marked = within === null ? [] : [within];
  const smallest = seen.length ? Math.min(...seen) : 1, most = Math.max(Math.min(Math.max(10, ...seen), 1e5 * smallest), ...marked), least = Math.min(smallest, ...marked);
  return axis(t("picture.two_digits"), least / (3 * (most / least) ** STRIP), 1.3 * most, { log: true });
}

/** A strip along the bottom, and thin lines where one zone ends. */
function zoneMarks(zones, up) {
  const top = up.low * (up.high / up.low) ** (0.6 * STRIP);
  const strip = zones.map(([low, high, role]) => bars(low, high, 0, top, role, { name: t(`zone.${role}`) }));
  return [...strip, ...zones.slice(1).filter(([, , role]) => role !== "diverge").map(([low]) => rule({ x: low, role: "quiet" }))];
}

function curveMarks(alpha, across, epochs) {
  const goal = alpha.within === null ? [] : [rule({ y: alpha.within, role: "quiet", text: counted(alpha.within) })];
  const limit = t("picture.limit", { rate: readable(roundDown(alpha.limit, 5), 5) }), best = t("picture.best", { rate: readable(roundDown(alpha.best, 5), 5) });
  const lowest = dots(alpha.best, Math.max(arrivalOf(alpha.rates, alpha.best), 1), "minimum", { text: best });
  return [line(across, epochs, "path"), ...goal, rule({ x: alpha.limit, role: "limit", text: limit }), lowest];
}

/** Where one's own rate stands: on the curve, or high up where it never arrives. */
export function ownMark({ rates }, lr, up) {
  const epochs = arrivalOf(rates, lr), height = Number.isFinite(epochs) ? Math.min(Math.max(epochs, 1), up.high) : up.high ** 0.8 * up.low ** 0.2;
  return dots(lr, height, "own", { text: t("picture.yours", { rate: number(lr) }) });
}
