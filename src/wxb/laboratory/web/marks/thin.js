// Lines with fewer points that look the same, dots that lie on each other once. Twin of `thinned` and `spread` of wxb/marks/geometry.py.

/** A flat line as lines of at most `most` points together, the same within a tolerance. */
export function thinned(line, tolerance, most) {
  const rightwards = runsRight(line);
  let parts = [line];
  for (let k = 0; k < 6; k += 1) {
    const step = tolerance * 2 ** k;
    const moving = rightwards && line.length / 2 > most ? extremesOf(line, 2 * step) : movingOf(line, step);
    const kept = moving.length / 2 <= 8 * most ? simpler(moving, step) : moving;
    parts = kept.length / 2 <= most ? [kept] : onceOf(kept, step);
    if (pointsIn(parts) <= most) return parts;
  }
  const every = Math.ceil(pointsIn(parts) / most); // a filled area: any of its lines show it
  return parts.filter((_part, k) => k % every === 0);
}

/** Flat dots, those that would lie on each other once where they are more than `most`. */
export function spread(places, most, grid) {
  let kept = places;
  for (let step = grid; kept.length / 2 > most; step *= 2) {
    const seen = new Set(), left = [];
    for (let k = 0; k < kept.length; k += 2) {
      const key = Math.round(kept[k] / step) * 65536 + Math.round(kept[k + 1] / step);
      if (!seen.has(key)) { seen.add(key); left.push(kept[k], kept[k + 1]); }
    }
    kept = left;
  }
  return kept;
}

function pointsIn(parts) {
  return parts.reduce((sum, part) => sum + part.length / 2, 0);
}

function runsRight(line) {
  for (let k = 2; k < line.length; k += 2) if (line[k] < line[k - 2]) return false;
  return true;
}

/** Points that stand still left out. */
function movingOf(line, grid) {
  const kept = [], end = line.length - 2;
  let lastX = NaN, lastY = NaN;
  for (let k = 0; k <= end; k += 2) {
    const x = Math.round(line[k] / grid), y = Math.round(line[k + 1] / grid);
    if (x !== lastX || y !== lastY || k === end) kept.push(line[k], line[k + 1]);
    lastX = x; lastY = y;
  }
  return kept;
}

/** Of a line that runs rightwards, the first, lowest, highest and last point in each column. */
function extremesOf(line, column) {
  const kept = [];
  for (let start = 0; start < line.length; ) {
    const here = Math.floor(line[start] / column);
    let low = start, high = start, end = start;
    while (end + 2 < line.length && Math.floor(line[end + 2] / column) === here) {
      end += 2;
      if (line[end + 1] < line[low + 1]) low = end;
      if (line[end + 1] >= line[high + 1]) high = end;
    }
    for (const k of [...new Set([start, low, high, end])].sort((one, other) => one - other)) kept.push(line[k], line[k + 1]);
    start = end + 2;
  }
  return kept;
}

/** Douglas and Peucker. */
function simpler(line, tolerance) {
  const count = line.length / 2, kept = new Uint8Array(count), waiting = [[0, count - 1]];
  if (count < 3) return line;
  kept[0] = kept[count - 1] = 1;
  while (waiting.length) {
    const [first, last] = waiting.pop();
    let away = tolerance, farthest = -1;
    for (let k = first + 1; k < last; k += 1) {
      const distance = fromSegment(line, k, first, last);
      if (distance > away) { away = distance; farthest = k; }
    }
    if (farthest < 0) continue;
    kept[farthest] = 1;
    waiting.push([first, farthest], [farthest, last]);
  }
  return line.filter((_value, k) => kept[k >> 1]);
}

function fromSegment(line, k, first, last) {
  const x = line[2 * first], y = line[2 * first + 1], dx = line[2 * last] - x, dy = line[2 * last + 1] - y;
  const px = line[2 * k] - x, py = line[2 * k + 1] - y, length = dx * dx + dy * dy;
  const share = length > 0 ? Math.min(Math.max((px * dx + py * dy) / length, 0), 1) : 0;
  return Math.sqrt((px - share * dx) ** 2 + (py - share * dy) ** 2);
}

/** The segments of a line, those that look the same drawn once. */
function onceOf(line, grid) {
  const seen = new Set(), parts = [];
  let run = null;
  for (let k = 0; k + 3 < line.length; k += 2) {
    const key = segmentKey(line, k, grid);
    if (seen.has(key)) { run = null; continue; }
    seen.add(key);
    if (run === null) parts.push((run = [line[k], line[k + 1]]));
    run.push(line[k + 2], line[k + 3]);
  }
  return parts;
}

/** A segment on a grid, either way round, as one number: coordinates of a screen are below 8192. */
function segmentKey(line, k, grid) {
  const start = Math.round(line[k] / grid) * 8192 + Math.round(line[k + 1] / grid);
  const end = Math.round(line[k + 2] / grid) * 8192 + Math.round(line[k + 3] / grid);
  return start < end ? start * 67108864 + end : end * 67108864 + start;
}
