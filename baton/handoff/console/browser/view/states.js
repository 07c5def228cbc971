// @ts-check
/** What stands where content will be: nothing yet, or still loading. */
import { el, icon } from "../nodes.js";

const SLOW_MS = 2_000;

/**
 * Says what is being waited for; past two seconds it says that it takes long.
 * @param {string} what
 */
export function loadingNode(what) {
  const words = el("span", {}, `Loading ${what}`);
  setTimeout(() => {
    words.textContent = `Still loading ${what}. The server is slow to answer.`;
  }, SLOW_MS);
  return el("div", { class: "loading", role: "status" }, words);
}

/**
 * Says what will appear here and what to do first.
 * @param {string} name of the icon
 * @param {string} heading
 * @param {string} text
 */
export function emptyNode(name, heading, text) {
  return el("div", { class: "empty" }, icon(name), el("h2", {}, heading), el("p", {}, text));
}
