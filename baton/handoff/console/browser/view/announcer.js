// @ts-check
import { el } from "../nodes.js";

/** Says in a short line, seen and heard, what has just happened. */
export class Announcer {
  #timer = 0;

  constructor() {
    this.element = el("div", { class: "announcer", role: "status" });
  }

  /** @param {string} text */
  say(text) {
    clearTimeout(this.#timer);
    this.element.replaceChildren(el("p", {}, text));
    this.#timer = window.setTimeout(() => this.element.replaceChildren(), 6_000);
  }
}
