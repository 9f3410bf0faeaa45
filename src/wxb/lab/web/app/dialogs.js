// Dialogs: keys and what can be done, code of the picture, paste, a picture to save. Native <dialog>, so Esc and focus are the browser's.

import { t } from "../base/texts.js";
import { element } from "./dom.js";

/** A dialog with a heading and a way out, shown until it is closed, then gone. */
export function dialogOf(title, ...content) {
  const heading = element("h2", { text: title, id: "dialog-title" });
  const close = element("button", { type: "button", class: "close", "aria-label": t("app.close"), text: "×" });
  const made = element("dialog", { "aria-labelledby": "dialog-title" }, element("div", { class: "head" }, heading, close), ...content);
  close.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => event.target === made && made.close());
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  made.showModal();
  return made;
}

const HELP = [
  ["Space", "app.key_play"], ["← →", "app.key_step"], ["Shift ← →", "app.key_ten"], ["Home", "app.key_home"], ["End", "app.key_end"],
  ["1 … 9 0", "app.key_scene"], ["[ ]", "app.key_rate"], ["{ }", "app.key_rate_two"], ["Tab", "app.key_tab"], ["← ↑ → ↓", "app.key_arrows"],
  ["Esc", "app.key_escape"], ["N", "app.key_add"], ["Del", "app.key_remove"], ["Ctrl Z · Ctrl Y", "app.key_undo"],
  ["L", "app.key_language"], ["D", "app.key_theme"], ["P", "app.key_picture"], ["?", "app.key_help"],
];

export function showHelp() {
  const rows = HELP.map(([keys, key]) => element("tr", {}, element("th", { scope: "row" }, element("kbd", { text: keys })), element("td", { text: t(key) })));
  dialogOf(t("app.help"), element("p", { text: t("app.help_hands") }), element("table", { class: "keys" }, element("tbody", {}, ...rows)), element("p", { text: t("app.help_share") }));
}

export function showCode() {}
export function showPaste() {}
export function showPicture() {}
