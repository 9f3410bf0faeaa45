// One step of gradient descent along one eigenvector: c(e) = f(e)·c(0), f a combination of powers of the roots of the step.
//
//     plain      c ← s c                             s = 1 − lr·λ
//     momentum   v ← βv + λc,  c ← c − lr v           roots of  z² − (s + β) z + β = 0
//
// The twin of wxb/learning_rates/modes.py: roots as u = 1 − z and powers through log1p, so that slow directions keep their digits;
// nearly equal roots are divided through expm1.

/** The motion along an eigenvector of eigenvalue λ at a rate.
 *
 * logRadius : log of the factor per epoch in the long run        flips : the sign changes every epoch in the long run
 * swings : the roots are complex
 */
export function modeOf(value, lr, momentum = 0) {
  const x = lr * value;
  return momentum > 0 ? twoRoots(x, momentum) : oneRoot(x);
}

/** f(e), the distance after e epochs by that at the start. */
export function factorAt(mode, e) {
  if (mode.lead === 0 && !mode.swings) return powerOf(mode.first, mode.firstSign, e);
  if (mode.swings) {
    const turn = e * mode.angle;
    return Math.exp(e * mode.logRadius) * (Math.cos(turn) + mode.tilt * Math.sin(turn));
  }
  return powerOf(mode.second, mode.secondSign, e) + mode.lead * differenceOfPowers(mode, e);
}

function oneRoot(x) {
  const [log, sign] = [logDistance(x), x > 1 ? -1 : 1];
  return {
    logRadius: log,
    flips: x > 1,
    swings: false,
    first: log,
    firstSign: sign,
    second: -Infinity,
    secondSign: sign,
    gap: 1,
    lead: 0,
    angle: 0,
    tilt: 0,
  };
}

function twoRoots(x, beta) {
  const [s, root] = [1 - x, Math.sqrt(beta)];
  const [trace, sum, small] = [s + beta, 1 - beta + x, (1 - beta) / (1 + root)];
  const discriminant = (small ** 2 - x) * ((1 + root) ** 2 - x);
  const swings = discriminant < 0;
  const split = Math.sqrt(Math.abs(discriminant));
  const far = swings ? 1 : (sum + split) / 2;
  const near = far > 0 ? x / far : 0;
  const [dominant, other] = Math.abs(1 - far) > Math.abs(1 - near) ? [far, near] : [near, far];
  const first = logDistance(dominant);
  return {
    logRadius: swings ? 0.5 * Math.log(beta) : first,
    flips: !swings && dominant > 1,
    swings,
    first,
    firstSign: dominant > 1 ? -1 : 1,
    second: logDistance(other),
    secondSign: other > 1 ? -1 : 1,
    gap: dominant === 1 ? 1 : split / Math.abs(1 - dominant),
    lead: swings ? 0 : other - x,
    angle: Math.atan2(split / 2, trace / 2),
    tilt: swings ? (s - trace / 2) / (split / 2) : 0,
  };
}

/** (z₁^e − z₂^e)/(z₁ − z₂) of two real roots. */
function differenceOfPowers(mode, e) {
  if (e === 0) return 0;
  const ratio = logDistance(mode.gap);
  const same = mode.firstSign * mode.secondSign > 0;
  const shrunk = same ? -Math.expm1(e * ratio) : 1 - powerOf(ratio, -1, e);
  return powerOf(mode.first, mode.firstSign, e - 1) * (mode.gap > 0 ? shrunk / mode.gap : e);
}

/** log|1 − u|, with its digits where u is close to 0. */
function logDistance(u) {
  return u < 1 ? Math.log1p(-u) : Math.log(Math.max(u - 1, 0));
}

/** sign^e · exp(e·log), with 0⁰ = 1. */
function powerOf(log, sign, e) {
  const magnitude = e === 0 ? 1 : Math.exp(e * log);
  return sign < 0 && e % 2 === 1 ? -magnitude : magnitude;
}
