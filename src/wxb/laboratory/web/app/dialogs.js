// Dialogs: keys and what can be done, code of the picture, paste, a picture to save. Native <dialog>, so Esc and focus are the browser's.

import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { byId, element, put, write } from "./dom.js";
import { saved } from "./files.js";
import { pngFile, svgFile } from "./picture.js";

/** A dialog with a heading and a way out, shown until it is closed, then gone. */
export function dialogOf(title, ...content) {
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  const heading = element("h2", { text: title, id: "dialog-title" });
  const close = element("button", { type: "button", class: "close", "aria-label": t("app.close"), text: "×" });
  const made = element("dialog", { "aria-labelledby": "dialog-title" }, element("div", { class: "head" }, heading, close), ...content);
  close.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => event.target === made && made.close());
  made.addEventListener("close", () => made.remove());
  byId("live").before(made); // not behind the script: of a page that a browser saves it would be there when that has run
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

const TABS = [["torch", "app.tab_torch"], ["command", "app.tab_command"], ["python", "app.tab_python"]];

/** The code that gives this picture, in three tabs, to be copied. */
export function showCode({ scene, known, say }) {
  const code = scene().code?.(known()) ?? codeOf(known());
  const sample = element("pre", { class: "sample", id: "code-sample", role: "tabpanel", tabindex: 0 });
  const tabs = TABS.map(([part, key], k) => element("button", { type: "button", role: "tab", id: `tab-${part}`, "aria-controls": "code-sample", text: t(key), on: { click: () => show(k), keydown: walked } }));
  const copied = element("span", { class: "good", role: "status" });
  const copy = element("button", { type: "button", class: "primary", text: t("app.copy"), on: { click: copyIt } });
  let at = 0;
  function show(k) {
    at = k;
    tabs.forEach((tab, other) => {
      put(tab, "aria-selected", String(other === k));
      put(tab, "tabindex", other === k ? 0 : -1);
    });
    put(sample, "aria-labelledby", tabs[k].id);
    write(sample, code[TABS[k][0]]);
    write(copied, "");
  }
  function walked(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    show((at + by + TABS.length) % TABS.length);
    tabs[at].focus();
    event.preventDefault();
  }
  async function copyIt() {
    const done = await copiedText(sample);
    write(copied, t(done ? "app.copied" : "app.selected"));
    say(t(done ? "app.copied" : "app.selected"));
  }
  show(0);
  dialogOf(t("app.code"), element("p", { text: t("app.code_about") }), element("div", { class: "tabs", role: "tablist", "aria-label": t("app.code") }, ...tabs), sample,
    element("div", { class: "dialog-buttons" }, copy, copied));
}

/** Into the clipboard; where a browser does not allow it the text is selected, to be copied by hand. */
async function copiedText(sample) {
  try {
    await navigator.clipboard.writeText(sample.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(sample);
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    }
  }
}

/** A picture as SVG or PNG: that which was touched last is chosen. */
export function showPicture({ stage, known, say }) {
  const pictures = stage.pictures();
  const radios = pictures.map(({ name, isLast }, k) => {
    const id = `picture-${k}`;
    const radio = element("input", { type: "radio", name: "picture", id, value: k });
    radio.checked = isLast;
    return element("div", { class: "radio" }, radio, element("label", { for: id, text: name }));
  });
  const save = async (kind) => {
    const { slot, svg } = pictures[radios.findIndex((made) => made.firstChild.checked)];
    const name = `wxb-lab-${known().state.scene}${slot.toLowerCase()}.${kind}`;
    try {
      if (kind === "svg") saved(name, svgFile(svg), "image/svg+xml");
      else saved(name, await pngFile(svg), "image/png");
      say(t("app.saved", { name }), true);
      made.close();
    } catch {
      say(t("app.not_saved"), true);
    }
  };
  const buttons = ["svg", "png"].map((kind) => element("button", { type: "button", class: "primary", text: kind.toUpperCase(), on: { click: () => save(kind) } }));
  const made = dialogOf(t("app.picture"), element("fieldset", {}, element("legend", { class: "unseen", text: t("app.pictures") }), ...radios), element("div", { class: "dialog-buttons" }, ...buttons));
}
