// @ts-check
// The transcript: draws what changed, keeps the newest in view while the reader is there.

import { items } from "../conversation.js";
import { button, h } from "../dom.js";
import { contact, line, message, meta, rating, refresh, suggest, work } from "./items.js";

/** @typedef {import("../../types").Item} Item */

const DRAW = { greeting: message, message, stream: message, line, work, suggest, contact, rating };
const NEAR = 60;

export class Log {
  #ui;
  /** @type {Map<string, { drawn: string, node: HTMLElement }>} */
  #shown = new Map();
  #list = h("div.list");
  /** Whether the reader is at the end, and means to stay there. */
  #follows = true;
  node;
  newer;

  constructor(/** @type {import("../../types").Ui} */ ui) {
    this.#ui = ui;
    this.node = h("div.log", { role: "log", tabindex: "0", "aria-label": ui.t("chat"), part: "log" }, this.#list);
    this.newer = button("newer", ui.t("newer"), () => this.toEnd(), "down");
    this.newer.hidden = true;
    this.node.onscroll = () => this.#look();
    new ResizeObserver(() => this.#follows && this.toEnd()).observe(this.node);
  }

  draw(/** @type {import("../../types").State} */ state, /** @type {number} */ now) {
    this.#look(); // the event of a scroll comes a frame after it
    const list = items(state, now);
    const added = list.filter(({ key }) => !this.#shown.has(key));
    const shown = this.#shown;
    this.#shown = new Map(list.map((item) => [item.key, this.#drawn(item, shown.get(item.key))]));
    this.#arrange([...this.#shown.values()].map(({ node }) => node));
    if (this.#follows || added.some(({ mark, author }) => mark && author?.kind === "visitor")) this.toEnd();
    else if (added.some(({ type }) => type === "message")) this.newer.hidden = false;
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    this.newer.hidden = true;
  }

  /** Keeps the relative times true. */
  refresh() {
    for (const node of this.#list.querySelectorAll("time")) refresh(node, this.#ui.locale);
  }

  /** Sees whether the reader is at the end. */
  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    this.#follows = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#follows) this.newer.hidden = true;
  }

  #drawn(/** @type {Item} */ item, /** @type {{ drawn: string, node: HTMLElement } | undefined} */ before) {
    const drawn = JSON.stringify(item);
    if (before?.drawn === drawn) return before;
    const mine = item.author?.kind === "visitor" && item.text != null && before?.node;
    if (mine) {
      mine.querySelector(".meta")?.replaceWith(meta(item, this.#ui)); // the words stay, so that they are read out once
      return { drawn, node: mine };
    }
    const node = DRAW[item.type](item, this.#ui);
    const open = before?.node.querySelectorAll("details") ?? [];
    node.querySelectorAll("details").forEach((/** @type {HTMLDetailsElement} */ one, /** @type {number} */ at) => {
      one.open = !!open[at]?.open;
    });
    return { drawn, node };
  }

  #arrange(/** @type {HTMLElement[]} */ nodes) {
    const kept = new Set(nodes);
    for (const node of [...this.#list.children]) if (!kept.has(node)) node.remove();
    nodes.forEach((node, at) => {
      if (this.#list.children[at] !== node) this.#list.insertBefore(node, this.#list.children[at] ?? null);
    });
  }
}
