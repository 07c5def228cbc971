// @ts-check
/** @import { Preferences } from "./state/preferences.js" */

/** Single keys for the whole page. They rest while somebody writes or a dialog is open, and can be turned off. */
export class Shortcuts {
  #keys;
  #preferences;

  /**
   * @param {Record<string, () => unknown>} keys  a function that returns false leaves the key to the browser
   * @param {Preferences} preferences
   */
  constructor(keys, preferences) {
    this.#keys = keys;
    this.#preferences = preferences;
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isWriting(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key !== "Escape" && !this.#preferences.usesKeys) return;
    const run = this.#keys[event.key];
    if (run && run() !== false) event.preventDefault();
  }
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")
  );
}
