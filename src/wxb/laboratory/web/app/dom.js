// Elements of the page: made once, changed in place and only where something is another. Texts are text, never markup.

const SVG_SPACE = "http://www.w3.org/2000/svg";

/** An element: its attributes (an event as `on: {click}`, text as `text`) and children. */
export function element(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

export function shape(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG_SPACE, tag), attributes, children);
}

function furnished(made, { on = {}, text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) put(made, name, value);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/** An attribute, where it is another; null and false take it off. */
export function put(target, name, value) {
  if (value === null || value === undefined || value === false) {
    if (target.hasAttribute(name)) target.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (target.getAttribute(name) !== text) target.setAttribute(name, text);
}

/** The text of an element, where it is another. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** As many children as there are things: kept in their places, `made(thing)` for new ones, `changed(child, thing, k)` for all. */
export function matched(parent, things, made, changed) {
  while (parent.children.length > things.length) parent.lastElementChild.remove();
  things.forEach((thing, k) => {
    const child = parent.children[k] ?? parent.appendChild(made(thing, k));
    changed(child, thing, k);
  });
}

/** The same, where children are of several sorts: a child of another sort is made anew. */
export function matchedBySort(parent, things, sortOf, made, changed) {
  things.forEach((thing, k) => {
    const sort = sortOf(thing);
    let child = parent.children[k];
    if (child?.dataset.sort !== sort) {
      const fresh = made(thing, k);
      fresh.dataset.sort = sort;
      if (child) child.replaceWith(fresh);
      else parent.append(fresh);
      child = fresh;
    }
    changed(child, thing, k);
  });
  while (parent.children.length > things.length) parent.lastElementChild.remove();
}

/** An icon of the page's symbols. */
export function icon(name) {
  return shape("svg", { "aria-hidden": "true" }, shape("use", { href: `#i-${name}` }));
}

export const byId = (id) => document.getElementById(id);
