// A table pasted, typed or dropped: what is found in it is said as it is typed; then its rows are the page's.

import { thousands } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { LARGEST_TEXT, tableOf } from "../data/table.js";
import { dialogOf } from "./dialogs.js";
import { element } from "./dom.js";

const LOOK_AFTER = 150;
const EXAMPLE = "x\ty\n1\t2\n2\t4\n3\t6";

/** content: a text, {size} of a file that is too large to be read here, or {fault} of one that cannot be. */
export function showPaste(shell, content) {
  const area = element("textarea", { id: "pasted", rows: 9, spellcheck: "false", autocomplete: "off", placeholder: EXAMPLE, on: { input: typed } });
  const found = element("div", { class: "found", role: "status" });
  const use = element("button", { type: "button", class: "primary", text: t("app.use_rows"), on: { click: taken } });
  let table = {};
  let timer = null;

  function typed() {
    const size = area.value.length;
    if (size <= LARGEST_TEXT) return (timer ??= setTimeout(look, LOOK_AFTER));
    clearTimeout(timer);
    timer = null;
    area.value = ""; // a field of megabytes makes every key wait
    return show(tooLarge(size));
  }
  function look() {
    timer = null;
    show(area.value.trim() ? tableOf(area.value) : {});
  }
  function show(next) {
    table = next;
    use.disabled = !table.rows;
    const said = table.fault ? [["faults", table.fault]] : (table.notes ?? []).map((note) => ["good", note]);
    found.replaceChildren(...said.map(([look, text]) => element("p", { class: look, text })));
  }
  function taken() {
    if (timer) look();
    if (!table.rows) return;
    shell.act.preset(table.rows, table.names);
    made.close();
    shell.say(t("app.rows_used", { n: thousands(table.rows.length) }), true);
  }

  const made = dialogOf(t("app.paste_title"), element("label", { for: "pasted", text: t("app.paste_about") }), area, found, element("div", { class: "dialog-buttons" }, use));
  area.focus();
  if (typeof content !== "string") return show(content.fault ? content : tooLarge(content.size));
  if (content.length > LARGEST_TEXT) return show(tooLarge(content.length));
  area.value = content;
  look();
}

function tooLarge(size) {
  return { fault: t("table.large", { size: thousands(Math.ceil(size / 1e6)) }) };
}
