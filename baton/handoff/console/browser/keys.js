// @ts-check
/** @import { Console } from "./console.js" */

/**
 * The single keys and what they do; `view/help_dialog.js` lists them for people.
 * @param {Console} console
 * @returns {Record<string, () => unknown>}
 */
export function keysOf(console) {
  return {
    j: () => console.moveInList(1),
    k: () => console.moveInList(-1),
    u: () => console.back(),
    Escape: () => console.leave(),
    1: () => console.chooseTab("waiting"),
    2: () => console.chooseTab("mine"),
    3: () => console.chooseTab("all"),
    "/": () => console.find(),
    a: () => console.act("accept"),
    d: () => console.act("decline"),
    t: () => console.takeOrReopen(),
    f: () => console.act("transfer"),
    b: () => console.act("return"),
    e: () => console.act("resolve"),
    r: () => console.compose("message"),
    n: () => console.compose("note"),
    w: () => console.compose("whisper"),
    s: () => console.insertSuggestion(),
    i: () => console.toggleBriefing(),
    p: () => console.togglePresence(),
    "?": () => console.help(),
  };
}
