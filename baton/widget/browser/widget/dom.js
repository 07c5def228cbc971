// @ts-check
// Elements from calls: attributes and listeners in one object, children after it. Text is always text.

/**
 * @param {string} tag a name, with classes after dots
 * @param {Record<string, any>} props functions listen, true is an empty attribute, null and false are left out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  node.classList.add(...classes);
  for (const [key, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value != null && value !== false) node.setAttribute(key, value);
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter((child) => child != null && child !== false)));
  return node;
}

/**
 * A button that is no submit button; with `quiet` its icon is all that shows, and the words are its name.
 * @param {string} classes @param {string} words @param {() => void} onclick @param {keyof typeof PATHS} [shape]
 */
export function button(classes, words, onclick, shape, quiet = false) {
  const name = quiet && { title: words, "aria-label": words };
  return h(
    `button.${classes}`,
    { type: "button", onclick, part: classes, ...name },
    shape && icon(shape),
    !quiet && words,
  );
}

const PATHS = {
  chat: "M4 4.5h12a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5H9.5L6 17.5v-3H4A1.5 1.5 0 0 1 2.5 13V6A1.5 1.5 0 0 1 4 4.5Z",
  down: "M5 8l5 5 5-5",
  close: "M5 5l10 10M15 5 5 15",
  send: "M10 16V4.5M5 9.5l5-5 5 5",
  person: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5",
  up: "M7 9v7.5H4V9h3Zm0 0 3-6c1.3 0 2 .8 2 2v3h3.5c1 0 1.6.9 1.4 1.8l-1.2 5.5c-.2.7-.7 1.2-1.5 1.2H7",
  star: "M10 3l2.1 4.4 4.9.7-3.5 3.4.8 4.8L10 14l-4.3 2.3.8-4.8L3 8.1l4.9-.7L10 3Z",
  page: "M6 3h5.5L15 6.5V17H6V3Zm5 0v4h4",
};

/** One of our icons, 20 px, for beside or inside something that has a name. */
export function icon(/** @type {keyof typeof PATHS} */ name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
