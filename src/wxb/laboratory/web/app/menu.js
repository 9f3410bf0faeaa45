// The menu of data: the tables that come with the page, one's own by paste or file, what is downloaded; on narrow screens the scenes, too.

import { t } from "../base/texts.js";
import { SCENES } from "../scenes/all.js";
import { NUMERALS } from "./column.js";
import { byId, element, matched, put, write } from "./dom.js";
import { csvOf, readFile, saved } from "./files.js";

/** Opens from `data`, `more` and `here`; closes by Esc, by a choice, when focus or a press goes elsewhere. */
export function menuIn(shell) {
  const menu = byId("menu");
  const openers = ["data", "more", "here"].map(byId);
  const groups = { scenes: groupIn(menu), presets: groupIn(menu), own: groupIn(menu), page: groupIn(menu) };
  const file = menu.appendChild(element("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", hidden: true }));
  let opener = null;

  function close(focus = true) {
    if (!opener) return;
    put(opener, "aria-expanded", "false");
    put(menu, "hidden", true);
    if (focus) opener.focus();
    opener = null;
  }
  function open(from) {
    if (opener) return close();
    opener = from;
    put(from, "aria-expanded", "true");
    put(menu, "hidden", null);
    put(menu, "data-of", from.id);
    shell.repaint();
    requestAnimationFrame(() => requestAnimationFrame(() => menu.querySelector("section:not([hidden]) button")?.focus()));
  }
  for (const made of openers) made.addEventListener("click", () => open(made));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(menu, event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => {
    if (opener && !menu.contains(event.target) && !openers.some((made) => made.contains(event.target))) close(false);
  });
  menu.addEventListener("focusout", (event) => {
    if (opener && event.relatedTarget && !menu.contains(event.relatedTarget) && !openers.includes(event.relatedTarget)) close(false);
  });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (chosen) shell.act.paste(await readFile(chosen));
  });

  return {
    show(known) {
      write(byId("data"), t("app.data"));
      write(byId("here"), `${`${NUMERALS[known.state.scene]}/${NUMERALS[SCENES.at(-1)?.id ?? 10]}`} ${t(`${shell.scene().key}.short`)}`);
      if (!opener) return;
      const run = (act) => () => {
        close();
        act();
      };
      const scenes = SCENES.map((scene) => [`${NUMERALS[scene.id]} ${t(`${scene.key}.title`)}`, run(() => shell.act.enter(scene.id)), scene.id === known.state.scene]);
      const presets = (shell.payload.presets ?? []).map((preset) => [t(PRESETS[preset.key]), run(() => shell.act.preset(preset.rows, { preset: preset.key }))]);
      if (known.state.rows) presets.unshift([t("app.preset_page"), run(() => shell.act.preset(null, null))]);
      fill(groups.scenes, t("app.scenes"), opener.id === "here" ? scenes : []);
      fill(groups.presets, t("app.presets"), opener.id === "here" ? [] : presets);
      fill(groups.own, t("app.own_data"), opener.id === "here" ? [] : [
        [t("app.paste"), run(() => shell.act.paste(""))],
        [t("app.open_file"), run(() => file.click())],
        [t("app.download"), run(() => saved("wxb-lab.csv", csvOf(known), "text/csv"))],
      ]);
      fill(groups.page, t("app.page"), opener.id === "more" ? [[t("app.undo"), run(shell.act.undo)], [t("app.redo"), run(shell.act.redo)], [t("app.picture"), run(shell.act.picture)], [t("app.print"), run(() => print())], [t("app.help"), run(shell.act.help)]]
        : opener.id === "data" ? [[t("app.print"), run(() => print())]] : []);
    },
  };
}

const PRESETS = { students: "app.preset_students", sheet: "app.preset_sheet", thirty: "app.preset_thirty" };

function groupIn(menu) {
  return menu.appendChild(element("section", {}, element("h2"), element("ul")));
}

function fill(section, title, items) {
  put(section, "hidden", items.length === 0);
  write(section.firstChild, title);
  matched(section.lastChild, items, () => element("li", {}, element("button", { type: "button", on: { click: (event) => event.currentTarget.run() } })), (item, [text, act, isHere]) => {
    item.firstChild.run = act;
    write(item.firstChild, text);
    put(item.firstChild, "aria-current", isHere ? "step" : null);
  });
}

function walk(menu, by) {
  const all = [...menu.querySelectorAll("section:not([hidden]) button")];
  all.at((all.indexOf(document.activeElement) + by + all.length) % all.length)?.focus();
}
