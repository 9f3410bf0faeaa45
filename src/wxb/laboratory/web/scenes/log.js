// The lines of a training log, as PyTorch's loop prints them: W and b after the step of an epoch, the cost before it.
import { fixedDigits, readable } from "../base/numbers.js";
import { lastEpoch } from "../pictures/epochs.js";

const ABOUT = 20;
const ROUND_STEPS = [1, 2, 5];

/** About twenty epochs of a run, at round distances. */
export function loggedEpochs(run) {
  const made = Math.max(lastEpoch(run), 1), wanted = made / ABOUT, decade = 10 ** Math.max(Math.floor(Math.log10(Math.max(wanted, 1))), 0);
  const every = [...ROUND_STEPS, 10].map((part) => part * decade).find((step) => step >= wanted - 1e-9);
  const found = [];
  for (let epoch = 0; epoch < made; epoch += every) found.push(epoch);
  return found.at(-1) === made - 1 ? found : [...found, made - 1];
}

/** `Epoch  100/1999 W: 1.746, b: 0.578 Cost: 0.048171` */
export function logLine(known, epoch) {
  const { run, used } = known, last = run.epochs - 1, [at, W, ...rest] = logNumbers(known, epoch), cost = rest.at(-1);
  return `Epoch ${at.padStart(Math.max(4, String(last).length))}/${last} W: ${W}${used.both ? `, b: ${rest[0]}` : ""} Cost: ${cost}`;
}

/** Epoch, W, b and cost of a line, as all lines of the run have them. */
export function logNumbers({ run, used }, epoch) {
  const { value, cost } = formsOf(run), line = run.at(Math.min(epoch + 1, run.epochs));
  return [String(epoch), value(line.W), ...(used.both ? [value(line.b)] : []), cost(run.cost(epoch))];
}

/** The notebook's three and six decimals where they show something, else as many digits. */
function formsOf(run) {
  const end = lastEpoch(run), finite = (values) => values.filter(Number.isFinite).map(Math.abs);
  const largest = Math.max(0, ...finite([run.at(0), run.at(end)].flatMap(({ W, b }) => [W, b]))), dearest = Math.max(0, ...finite([run.cost(0), run.cost(end)]));
  const plain = largest === 0 || (largest >= 0.05 && largest < 1e5), close = dearest === 0 || (dearest >= 1e-3 && dearest < 1e6);
  return { value: (x) => (plain ? signedFixed(x, 3) : readable(x, 4)), cost: (x) => (close ? signedFixed(x, 6) : readable(x, 6)) };
}

function signedFixed(value, decimals) {
  return `${value < 0 ? "-" : ""}${fixedDigits(Math.abs(value), decimals)}`;
}
