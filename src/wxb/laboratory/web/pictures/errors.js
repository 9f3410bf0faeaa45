// Errors of the rows drawn on them: segments from the line to each row, or a true square on each, whose mean area is the cost.
// Marks: twins of wxb/pictures/errors.py. Of rows by the thousand one square has the mean area.
import { t } from "../base/texts.js";
import { segments } from "../marks/mark.js";

const MOST_SEGMENTS = 400;
const MOST_SQUARES = 80;

/** Errors by their sign, which hatch and dash tell as well as colour. */
export function errorMarks(known, { squares = false } = {}) {
  const { rows, here } = known, few = !known.cells && rows.length <= (squares ? MOST_SQUARES : MOST_SEGMENTS);
  if (!few) return squares && here.cost > 0 ? [meanSquare(known)] : [];
  const on = rows.map(([x]) => here.W * x + here.b);
  return ["above", "below"].flatMap((role) => {
    const chosen = rows.flatMap(([, y], k) => ((role === "above" ? y > on[k] : y < on[k]) ? [k] : []));
    if (!chosen.length) return [];
    const [xs, lows, highs] = [chosen.map((k) => rows[k][0]), chosen.map((k) => on[k]), chosen.map((k) => rows[k][1])];
    return [segments(xs, lows, highs, role, { squares, name: t(role === "above" ? "picture.above" : "picture.below") })];
  });
}

function meanSquare({ span, here }) {
  const x = (span[0] + span[1]) / 2, on = here.W * x + here.b;
  return segments([x], [on], [on + Math.sqrt(here.cost)], "above", { squares: true, name: t("picture.mean_square") });
}
