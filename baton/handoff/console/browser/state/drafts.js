// @ts-check
/** @import { Mode } from "../types.js" */

/** @type {Mode[]} */
const MODES = ["message", "note", "whisper"];

/** Text that was composed and not sent, for each conversation and kind of message. It survives reloads and closed tabs. */
export class Drafts {
  #store;
  #prefix;

  /**
   * @param {string} me
   * @param {Storage} store
   */
  constructor(me, store) {
    this.#prefix = `baton.draft.${me}.`;
    this.#store = store;
  }

  /** @param {string} conversation @param {Mode} mode */
  read(conversation, mode) {
    return this.#store.getItem(`${this.#prefix}${conversation}.${mode}`) ?? "";
  }

  /** @param {string} conversation @param {Mode} mode @param {string} text */
  write(conversation, mode, text) {
    const key = `${this.#prefix}${conversation}.${mode}`;
    if (text) this.#store.setItem(key, text);
    else this.#store.removeItem(key);
  }

  /** @param {string} conversation */
  has(conversation) {
    return MODES.some((mode) => this.read(conversation, mode).trim() !== "");
  }
}
