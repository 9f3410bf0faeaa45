// A scene's controls as HTML: numbers with − and +, toggles, buttons, choices, texts. Kept in place while they are of one sort.

import { element, matchedBySort, put, write } from "./dom.js";
import { shortest, typedNumber } from "../base/numbers.js";
import { cutText } from "../base/plain.js";
import { t } from "../base/texts.js";

const MADE = { number: numberMade, toggle: toggleMade, button: buttonMade, choice: choiceMade, text: textMade };
const CHANGED = { number: numberChanged, toggle: toggleChanged, button: buttonChanged, choice: choiceChanged, text: textChanged };

/** Shows the controls in an element; change(patch) sets one, refuse(text) says that what was typed is none. */
export function showControls(parent, controls, change, refuse) {
  put(parent, "hidden", controls.length === 0);
  const sortOf = ({ kind, key, options }) => `${kind} ${key} ${options ? options.length : ""}`;
  matchedBySort(parent, controls, sortOf, (control) => MADE[control.kind](control, change, refuse), (made, control) => {
    made.control = control;
    CHANGED[control.kind](made, control);
  });
}

function set(made, change, value) {
  const patch = made.control.set(value);
  if (patch) change(patch);
}

function labelled(kind, control, ...inside) {
  const id = `control-${control.key}`;
  return element("div", { class: `control ${kind}${control.role ? ` wxb-${control.role}-text` : ""}` }, element("label", { for: id }), ...inside);
}

function numberMade(control, change, refuse) {
  const id = `control-${control.key}`;
  let made;
  const stepped = (sign, large) => {
    const { value, step = 1, low = -Infinity, high = Infinity } = made.control;
    const by = step * (large ? 10 : 1);
    const next = Number((Math.round((value ?? 0) / by + sign) * by).toPrecision(12));
    set(made, change, Math.min(Math.max(next, low), high));
  };
  const typed = (event) => {
    const { low = -Infinity, high = Infinity, optional } = made.control;
    if (event.target.value.trim() === "" && optional) return set(made, change, null);
    const value = typedNumber(event.target.value);
    if (takenFrom(event.target, value >= low && value <= high, refuse)) set(made, change, value);
  };
  const keyed = (event) => {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      stepped(event.key === "ArrowUp" ? 1 : -1, event.shiftKey);
      event.preventDefault();
    }
  };
  const field = element("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", on: { change: typed, keydown: keyed } });
  const button = (sign, text) => element("button", { type: "button", text, on: { click: (event) => stepped(sign, event.shiftKey) } });
  made = labelled("number", control, element("span", { class: "stepper" }, button(-1, "−"), field, button(1, "+")));
  return made;
}

/** Whether what was typed in a field is taken; marked, and said, where it is not. */
export function takenFrom(field, fits, refuse) {
  put(field, "aria-invalid", fits ? null : "true");
  if (!fits) refuse(t("app.not_taken", { text: `"${cutText(field.value.trim(), 30)}"` }));
  return fits;
}

function numberChanged(made, { label, value }) {
  const [name, stepper] = made.children;
  const [less, field, more] = stepper.children;
  write(name, label);
  put(less, "aria-label", t("app.less", { name: label }));
  put(more, "aria-label", t("app.more", { name: label }));
  const text = value === null || value === undefined ? "" : shown(value);
  if (field.dataset.value !== text) {
    field.dataset.value = text;
    field.value = text;
    put(field, "aria-invalid", null);
  }
}

/** A number in a field: as short as it is, and no longer than five digits. */
function shown(value) {
  return shortest(Number(value.toPrecision(5)));
}

function toggleMade(control, change) {
  const id = `control-${control.key}`;
  const made = labelled("toggle", control, element("input", { id, type: "checkbox", role: "switch", on: { change: (event) => set(made, change, event.target.checked) } }));
  return made;
}

function toggleChanged(made, { label, value }) {
  write(made.firstChild, label);
  made.lastChild.checked = value;
}

function buttonMade(control, change) {
  const made = element("div", { class: "control button" }, element("button", { type: "button", id: `control-${control.key}`, on: { click: () => set(made, change) } }));
  return made;
}

function buttonChanged(made, { label, disabled }) {
  write(made.firstChild, label);
  made.firstChild.disabled = Boolean(disabled);
}

function choiceMade({ key, options, role }, change) {
  const made = element("fieldset", { class: `control choice${role ? ` wxb-${role}-text` : ""}` }, element("legend"), element("div", { class: "segments" }));
  options.forEach((_, k) => {
    const id = `control-${key}-${k}`;
    const radio = element("input", { type: "radio", id, name: `control-${key}`, on: { change: () => set(made, change, made.control.options[k][0]) } });
    made.lastChild.append(radio, element("label", { for: id }));
  });
  return made;
}

function choiceChanged(made, { label, value, options }) {
  write(made.firstChild, label);
  options.forEach(([own, text], k) => {
    made.lastChild.children[2 * k].checked = own === value;
    write(made.lastChild.children[2 * k + 1], text);
  });
}

function textMade(control, change) {
  const id = `control-${control.key}`;
  const made = labelled("typed", control,
    element("input", { id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": `${id}-fault`, on: { input: (event) => set(made, change, event.target.value) } }),
    element("p", { class: "fault", id: `${id}-fault` }));
  return made;
}

function textChanged(made, { label, value, fault, most }) {
  const [name, field, said] = made.children;
  put(field, "maxlength", most);
  write(name, label);
  if (field.value !== value && document.activeElement !== field) field.value = value;
  put(field, "aria-invalid", fault ? "true" : null);
  write(said, fault ?? "");
  put(said, "hidden", !fault);
}
