// The bowl seen from above: contours of the cost over W and b with their costs written on them, and the path of a run.
// Marks: twins of wxb/pictures/contours.py and path.py.
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { axis, roundNumbers } from "../marks/axis.js";
import { arrow, dots, ellipse, line, panelOf, rule } from "../marks/mark.js";
import { reachAbout, weightScale } from "./cost.js";

const RINGS = 9;
const MOST_ARROWS = 7;
const LEAVES = 3; // a path that climbs is seen to so many times the distance of its start

/** {x, y} about the minimum, wider in doublings, so that they hold still while the line turns. */
export function contourAxes(known, track = []) {
  const { bowl, here, state } = known, { W, b } = bowl.minimum, seen = [[here.W, here.b], [state.start.W, state.start.b], ...track];
  const reachW = 1.15 * reachAbout(W, seen.map(([one]) => one), weightScale(known));
  const scaleB = Math.max(Math.abs(b), 0.35 * known.height);
  const reachB = 1.15 * reachAbout(b, seen.map(([, other]) => other), scaleB);
  return { x: axis("W", W - reachW, W + reachW), y: axis("b", b - reachB, b + reachB) };
}

/** Contours from the outside in: exact ellipses. */
export function ringMarks({ bowl }, x, y) {
  const { W, b } = bowl.minimum, values = bowl.values, largest = values[0] ?? 0;
  let highest = 0;
  for (const one of [x.low, x.high]) for (const other of [y.low, y.high]) highest = Math.max(highest, excessOf(bowl, one - W, other - b));
  const levels = levelsOf(bowl.floor, highest), top = levels.length ? levels[0][0] : 1;
  const radii = [1, 0].map((k) => {
    const [up, along] = bowl.vectors[k] ?? sideways(bowl.vectors[0]), value = Math.max(values[k] ?? 0, 1e-12 * Math.max(largest, 1e-300));
    return [along / Math.sqrt(value), up / Math.sqrt(value)];
  });
  return levels.map(([above, text]) => {
    const [one, other] = radii.map((radius) => radius.map((part) => part * Math.sqrt(2 * above)));
    return ellipse([W, b], one, other, Math.sqrt(above / top), "contour", { text });
  });
}

function sideways([up, along]) {
  return [along, -up];
}

function excessOf({ mean, variance }, turn, up) {
  return (up + mean * turn) ** 2 + variance * turn * turn;
}

/** [[cost above the floor, the cost in words], …] of the rings, the highest first: round costs. */
function levelsOf(floor, highest) {
  if (!(highest > 0) || !Number.isFinite(highest)) return [];
  let found;
  if (floor > 0.2 * highest) {
    found = roundNumbers(floor, floor + highest, RINGS).map((cost) => [cost - floor, cost]).filter(([above]) => above > 1e-3 * highest);
  } else {
    const top = Math.floor(Math.log10(floor + highest));
    const steps = [0, 1, 2, 3].flatMap((less) => [5, 2, 1].map((part) => part * Number(`1e${top - less}`)));
    found = steps.filter((cost) => floor < cost && cost <= floor + highest).map((cost) => [cost - floor, cost]);
    found = found.filter(([above]) => above > 2e-3 * highest).slice(0, RINGS);
  }
  return found.sort(([one], [other]) => other - one).map(([above, cost]) => [above, number(cost, 6)]);
}

export function minimumMark({ bowl }) {
  return dots(bowl.minimum.W, bowl.minimum.b, "minimum", { text: t("picture.minimum") });
}

/** Places [W, b] of a run, from its start to an epoch; of one that climbs until it is out of sight. */
export function trackOf({ run, bowl }, epoch = run.epochs) {
  const track = [];
  for (let e = 0; e <= epoch; e += 1) {
    if (!Number.isFinite(run.W[e]) || !Number.isFinite(run.b[e])) break;
    track.push([run.W[e], run.b[e]]);
  }
  return run.diverges ? track.slice(0, nearUntil(track, bowl.minimum) + 2) : track;
}

/** How many of its places are no farther than some times its start. */
function nearUntil(track, { W, b }) {
  const away = track.map(([one, other]) => [Math.abs(one - W), Math.abs(other - b)]), most = Math.max(...(away[0] ?? [0]));
  const bounds = (away[0] ?? [0, 0]).map((first) => LEAVES * Math.max(first, 0.3 * most));
  const far = away.findIndex((each) => !each.every((distance, k) => distance <= (bounds[k] > 0 ? bounds[k] : Infinity)));
  return far < 0 ? track.length : Math.max(far, 1);
}

/** The path of a run: a line, a dot at each epoch, arrows, its real start and its end. */
export function pathMarks(track, x, y, { ends = true } = {}) {
  const Ws = track.map(([W]) => W), bs = track.map(([, b]) => b), last = track.length - 1;
  const marks = [
    line(Ws, bs, "path"),
    dots(Ws, bs, "path", { name: t("picture.after_each") }),
    ...arrowMarks(track, x, y),
    dots(Ws[0], bs[0], "start", { text: t("picture.start") }),
  ];
  return ends ? [...marks, dots(Ws[last], bs[last], "end", { name: t("picture.end") })] : marks;
}

/** Heads on steps that are long enough to carry one, spread over the path. */
function arrowMarks(track, x, y) {
  const [wide, high] = [x.high - x.low, y.high - y.low];
  const along = track.slice(1).map(([W, b], k) => Math.hypot((W - track[k][0]) / wide, (b - track[k][1]) / high));
  const isSeen = ([W, b]) => x.low <= W && W <= x.high && y.low <= b && b <= y.high;
  const long = along.flatMap((step, k) => (step > 0.04 && isSeen(track[k + 1]) ? [k] : []));
  if (!long.length) return farArrows(track, along);
  const chosen = new Set(Array.from({ length: MOST_ARROWS }, (_, k) => Math.floor(((long.length - 1) * k) / (MOST_ARROWS - 1))));
  return [...chosen].map((k) => arrowOver(track, long[k], long[k] + 1));
}

/** Of short steps: some stretches of the path. */
function farArrows(track, along) {
  const gone = [0];
  for (const step of along) gone.push(gone.at(-1) + step);
  const total = gone.at(-1), first = (wanted) => gone.findIndex((each) => each >= wanted);
  if (total < 0.05) return [];
  const stretches = [0.3, 0.65].map((share) => [first(share * total - 0.04), first(share * total)]);
  return stretches.filter(([start, end]) => end > start).map(([start, end]) => arrowOver(track, start, end));
}

function arrowOver(track, start, end) {
  const part = track.slice(start, end + 1);
  return arrow(part.map(([W]) => W), part.map(([, b]) => b), "path");
}

/** The contours with the line as a dot, the cut along which the parabola is seen, and a path where there is one. */
export function contoursPanel(known, { epoch = known.epoch, path = true } = {}) {
  const track = path ? trackOf(known, epoch) : [], { x, y } = contourAxes(known, known.run.diverges ? [] : track), { here } = known;
  const drawn = track.length > 1 ? pathMarks(track, x, y, { ends: false }) : [];
  const marks = [
    ...ringMarks(known, x, y),
    rule({ y: here.b, role: "quiet", text: t("picture.cut", { b: number(here.b) }) }),
    ...drawn,
    minimumMark(known),
    dots(here.W, here.b, "fit", { text: t("picture.now_here") }),
  ];
  return panelOf(x, y, marks, { heading: t("picture.contours_title"), aspect: 0.8 });
}
