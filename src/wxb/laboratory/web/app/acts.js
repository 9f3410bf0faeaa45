// What keys, buttons and menus do: one function each.

import { speak, t } from "../base/texts.js";
import { SCENES } from "../scenes/all.js";
import { showCode, showHelp, showPicture } from "./dialogs.js";
import { payloadOf, rowsGiven } from "./own.js";
import { showPaste } from "./paste.js";
import { entered, firstState } from "./state.js";

const THEMES = ["auto", "light", "dark"];

export function actsOf(shell) {
  const { store, payload, known, scene, change, say } = shell;
  const lrAt = (lr) => Number(lr.toPrecision(4));

  function enter(id) {
    const next = SCENES.find((each) => each.id === id);
    if (!next || id === store.state.scene) return;
    shell.player.stop();
    store.set(entered(payload, store.state, next, scene()));
    scrollTo(0, 0);
  }

  function moved(by) {
    shell.player.stop();
    const now = known();
    if (scene().step) return change(scene().step(now, Math.sign(by)));
    const from = now.state.epoch === "min" ? now.run.epochs : now.epoch;
    const epoch = Math.min(Math.max(from + by, 0), now.run.epochs);
    return change({ epoch });
  }

  return {
    enter,
    scene: enter,
    next: (by) => {
      const at = SCENES.findIndex(({ id }) => id === store.state.scene) + by;
      if (SCENES[at]) enter(SCENES[at].id);
    },
    play: () => (scene().step ? moved(1) : shell.player.toggle()),
    forward: (by) => (scene().beats && by === 1 && !known().here.isMinimum ? shell.player.stepInBeats(() => change({ epoch: Math.min(known().epoch + 1, known().run.epochs) })) : moved(by)),
    back: (by) => moved(-by),
    first() {
      shell.player.stop();
      change({ epoch: 0 });
    },
    last() {
      shell.player.stop();
      change({ epoch: "min" });
    },
    rate: (factor) => change({ lr: lrAt(store.state.lr * factor) }, `rate ${Math.floor(performance.now() / 2000)}`),
    language() {
      store.set({ lang: store.state.lang === "ko" ? "en" : "ko" });
      speak(store.state.lang);
      say(t("app.language_is"));
    },
    theme() {
      const theme = THEMES[(THEMES.indexOf(store.state.theme) + 1) % THEMES.length];
      store.set({ theme });
      say(t("app.theme", { theme: t({ auto: "app.theme_auto", light: "app.theme_light", dark: "app.theme_dark" }[theme]) }));
    },
    undo: () => say(t(store.undo() ? "app.undone" : "app.nothing_undone"), true),
    redo: () => say(t(store.redo() ? "app.redone" : "app.nothing_redone"), true),
    add: () => (scene().adds ? shell.stage.addAtPointer() : false),
    backward: () => own("b"),
    zero: () => own("z"),
    opening() {
      shell.player.stop();
      const { lang, theme, done, scene: id, rows, names, guess } = store.state;
      const given = payloadOf(payload, rows), stage = scene().large ?? "A";
      store.set({ ...firstState(given), rows, names, guess, ...scene().opening(given), lang, theme, done, stage, scene: id, touched: rows !== null });
    },
    preset(rows, names) {
      shell.player.stop();
      const begun = rowsGiven(payload, rows, names), { start = begun.start, epoch = 0 } = scene().opening(payloadOf(payload, rows));
      store.set({ ...begun, start, epoch }); // not its rate, epochs, zero_grad: those would go along to the other scenes
    },
    picture: () => showPicture(shell),
    help: () => showHelp(shell),
    code: () => showCode(shell),
    paste: (content) => showPaste(shell, content),
  };

  function own(key) {
    const act = scene().keys?.[key];
    if (!act) return false;
    change(act(known()));
    return true;
  }
}
