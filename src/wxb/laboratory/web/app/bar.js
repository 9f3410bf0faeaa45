// The bar at the foot: first, back, step, play, exact minimum; the epoch; the learning rate on its axis with zones, and the verdict.

import { readable, thousands, typedNumber } from "../base/numbers.js";
import { wordOf } from "../math/rates.js";
import { takenFrom } from "./controls.js";
import { element, icon, matched, put, write } from "./dom.js";
import { roleOfVerdict } from "../math/rates.js";
import { t } from "../base/texts.js";

const SHORT = 6; // signs of a limit beside which there is room for a word
const STEPS = 1000; // of the slider of rates, and of epochs where there are more

/** The bar in a footer. shell: {act, player, change(patch, gesture), known()} */
export function barIn(footer, shell) {
  const { act } = shell;
  const button = (name, run) => element("button", { type: "button", class: `icon ${name}`, on: { click: run } }, icon(name));
  const buttons = {
    first: button("first", act.first),
    back: button("back", () => act.back(1)),
    step: button("step", () => act.forward(1)),
    play: button("play", act.play),
    last: button("last", act.last),
  };
  buttons.step.append(element("span"));
  const speed = element("button", { type: "button", class: "speed", on: { click: shell.player.faster } });
  const epochs = epochsOf(shell);
  const alpha = rateOf(shell);
  footer.append(
    element("div", { class: "buttons", role: "group" }, ...Object.values(buttons), speed),
    epochs.made,
    alpha.made,
  );
  return {
    show(known, scene) {
      const steps = Boolean(scene.step);
      put(footer.firstChild, "aria-label", t("app.steps"));
      const names = { first: t("app.first"), back: t("app.back"), step: t("app.step"), play: t(shell.player.running ? "app.pause" : "app.play"), last: t("app.last") };
      for (const [name, made] of Object.entries(buttons)) {
        put(made, "title", names[name]);
        put(made, "aria-label", names[name]);
      }
      write(buttons.step.lastChild, t("app.step"));
      put(buttons.play.firstChild.firstChild, "href", shell.player.running ? "#i-pause" : "#i-play");
      put(buttons.play, "aria-pressed", String(shell.player.running));
      write(speed, `×${shell.player.speed}`);
      put(speed, "aria-label", t("app.speed", { times: shell.player.speed }));
      put(speed, "title", t("app.speed", { times: shell.player.speed }));
      buttons.back.disabled = !steps && !known.here.isMinimum && known.epoch === 0;
      epochs.show(known);
      alpha.show(known);
    },
  };
}

function epochsOf(shell) {
  let gesture = null;
  const moved = (event) => {
    const { run } = shell.known();
    const scale = Math.max(1, run.epochs / STEPS);
    shell.change({ epoch: Math.min(run.epochs, Math.round(event.target.value * scale)) }, (gesture ??= {}));
  };
  const range = element("input", { type: "range", id: "epoch", min: 0, step: 1, on: { input: moved, change: () => (gesture = null) } });
  const label = element("label", { for: "epoch" });
  const text = element("output", { for: "epoch", "aria-live": "off" });
  return {
    made: element("div", { class: "epochs" }, element("div", {}, label, text), range),
    show({ run, epoch, here }) {
      const scale = Math.max(1, run.epochs / STEPS);
      write(label, t("app.epoch"));
      const said = here.isMinimum ? t("app.at_minimum") : `${thousands(epoch)} / ${thousands(run.epochs)}`;
      write(text, said);
      put(range, "max", Math.round(run.epochs / scale));
      put(range, "aria-valuetext", said);
      const place = String(Math.round(epoch / scale));
      if (range.value !== place) range.value = place;
    },
  };
}

function rateOf(shell) {
  let gesture = null;
  let axis = { low: 1e-4, high: 1 };
  const moved = (event) => {
    const share = event.target.value / STEPS;
    shell.change({ lr: Number((axis.low * (axis.high / axis.low) ** share).toPrecision(3)) }, (gesture ??= {}));
  };
  const typed = (event) => {
    const value = typedNumber(event.target.value);
    if (takenFrom(event.target, value > 0, (text) => shell.say(text, true))) shell.change({ lr: value });
  };
  const range = element("input", { type: "range", id: "alpha", min: 0, max: STEPS, step: 1, on: { input: moved, change: () => (gesture = null) } });
  const label = element("label", { for: "alpha-typed" });
  const field = element("input", { type: "text", id: "alpha-typed", inputmode: "decimal", autocomplete: "off", spellcheck: "false", on: { change: typed } });
  const verdict = element("output", { class: "verdict", for: "alpha", "aria-live": "off" });
  const zones = element("div", { class: "zones", "aria-hidden": "true" });
  const momentum = momentumOf(shell);
  return {
    made: element("div", { class: "alpha" }, element("div", { class: "said" }, label, field, verdict, momentum.made), element("div", { class: "axis" }, zones, range)),
    show({ state, alpha, verdict: judged, rates }) {
      axis = alpha;
      write(label, "α");
      named(field, t("app.alpha_long"));
      const text = readable(state.lr, 6);
      if (field.dataset.value !== text) {
        field.dataset.value = text;
        field.value = text;
        put(field, "aria-invalid", null);
      }
      const word = judged ? wordOf(judged) : t("app.no_rate");
      write(verdict, word);
      put(verdict, "class", `verdict${judged ? ` wxb-${roleOfVerdict(judged)}-text` : ""}`);
      put(range, "aria-label", t("app.alpha_long"));
      put(range, "aria-valuetext", t("app.alpha_value", { lr: text, verdict: word }));
      const place = String(Math.round(STEPS * shareOf(state.lr, axis)));
      if (range.value !== place) range.value = place;
      showZones(zones, alpha, rates);
      momentum.show(state);
    },
  };
}

/** What happens where on the axis: coloured, hatched as everywhere, named where there is room; the limit with its number. */
function showZones(parent, { low, high, zones }, rates) {
  const shares = zones.map((zone) => [shareOf(zone.low, { low, high }), shareOf(zone.high, { low, high })]);
  matched(parent, zones, () => element("span", {}, element("b", {}, element("span"), element("span", { class: "word" }))), (made, { role }, k) => {
    const [from, to] = shares[k];
    put(made, "class", `zone ${role} wxb-${role}`);
    place(made, from, to - from);
    const [limit, word] = made.firstChild.children;
    const border = role === "diverge" && rates ? readable(rates.limit, 4) : "";
    write(limit, border && `${border} `);
    write(word, border.length > SHORT ? "" : t(ZONE_KEYS[role]));
    put(made.firstChild, "class", `wxb-${role}-text`);
    put(made.firstChild, "hidden", to - from < 0.1);
  });
}

const ZONE_KEYS = { crawl: "zone.crawl", slow: "zone.slow", good: "zone.good", zigzag: "zone.zigzag", diverge: "zone.diverge" };

function place(made, from, width) {
  const [left, wide] = [`${(100 * from).toFixed(2)}%`, `${(100 * width).toFixed(2)}%`];
  if (made.style.left !== left) made.style.left = left;
  if (made.style.width !== wide) made.style.width = wide;
}

function shareOf(value, { low, high }) {
  return Math.min(Math.max(Math.log(value / low) / Math.log(high / low), 0), 1);
}

/** A field whose label is a single letter says in full what it is. */
function named(field, text) {
  put(field, "aria-label", text);
  put(field, "title", text);
}

/** The momentum β, where there is room. */
function momentumOf(shell) {
  const typed = (event) => {
    const value = typedNumber(event.target.value);
    if (takenFrom(event.target, value >= 0 && value < 1, (text) => shell.say(text, true))) shell.change({ momentum: value });
  };
  const label = element("label", { for: "momentum" });
  const field = element("input", { type: "text", id: "momentum", inputmode: "decimal", autocomplete: "off", spellcheck: "false", on: { change: typed } });
  return {
    made: element("span", { class: "momentum" }, label, field),
    show({ momentum }) {
      write(label, "β");
      named(field, t("app.momentum_long"));
      const text = readable(momentum, 6);
      if (field.dataset.value === text) return;
      field.dataset.value = text;
      field.value = text;
      put(field, "aria-invalid", null);
    },
  };
}
