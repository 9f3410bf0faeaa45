// The cost by epoch, on a logarithmic scale, down to the cost of the minimum, and the epoch that is shown.
// Marks: twins of wxb/pictures/epochs.py. A cost that has reached the rounding of its first value is drawn at the bottom.
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { around } from "../marks/axis.js";
import { dots, line, panelOf, rule } from "../marks/mark.js";

const NOISE = 1e-16;
const MANY = 20000; // epochs beyond which the axis is logarithmic too

/** The run, the minimum, where the run starts and ends. */
export function epochMarks({ run, bowl, used }) {
  const floor = (used ?? bowl).floor, many = run.epochs > MANY, made = lastEpoch(run);
  const costs = Array.from(run.costs.subarray(0, made + 1)), lowest = lowestOf(costs);
  const epochs = costs.map((_cost, e) => (many ? Math.max(e, 1) : e)), first = costs[0], last = costs[made];
  const marks = [line(epochs, costs.map((cost) => Math.max(cost, lowest)), "path")];
  if (floor > lowest) marks.push(rule({ y: floor, role: "minimum", text: t("picture.the_minimum", { cost: number(floor) }) }));
  marks.push(dots(many ? 1 : 0, first, "start", { text: number(first) }));
  if (last > lowest && !run.diverges) marks.push(dots(made, Math.max(last, lowest), "end", { text: number(last) }));
  return marks;
}

/** The last epoch whose cost is a number. */
export function lastEpoch({ epochs, overflow }) {
  return overflow === null ? epochs : Math.max(overflow - 1, 0);
}

function lowestOf(costs) {
  const highest = costs.reduce((most, cost) => Math.max(most, cost), 0);
  return highest > 0 ? Math.max(highest * NOISE, 5e-324) : 1;
}

/** The panel, with the epoch of now as a dot and a rule. */
export function epochsPanel(known) {
  const { run, epoch, here } = known, many = run.epochs > MANY, marks = epochMarks(known), now = many ? Math.max(epoch, 1) : epoch;
  const x = around(t("picture.epoch"), [many ? [1, run.epochs] : [0, run.epochs]], { margin: 0.02, log: many });
  const y = around(t("picture.cost"), marks.map(({ points }) => points.map(([, cost]) => cost)), { log: true, margin: 0.04 });
  const shown = Math.max(here.cost, y.low);
  const text = epoch > 0 && epoch < run.epochs ? t("picture.at_epoch", { epoch, cost: number(here.cost) }) : "";
  const at = here.isMinimum ? [] : [rule({ x: now, role: "own" }), dots(now, shown, "own", { text })];
  return panelOf(x, y, [...marks, ...at], { heading: t("picture.epochs_title"), aspect: 0.55 });
}
