// @ts-check
// Launcher and panel: opens, closes, holds the focus where it belongs.

import { h, icon } from "../dom.js";
import { link } from "../markdown.js";
import { composer, top } from "./bars.js";
import { Log } from "./log.js";

export const PHONE = matchMedia("(max-width: 479px)");
const TOUCH = matchMedia("(pointer: coarse)");

export class Panel {
  #ui;
  #page;
  #top;
  #log;
  #composer;
  #panel;
  #launcher;
  #badge = h("span.badge", { hidden: true });
  #told = h("span.hide", { role: "status" });
  #foot = h("p.foot");
  node;

  /**
   * @param {import("../../types").Ui} ui
   * @param {boolean} page whether it fills the page instead of floating on it
   * @param {{ draft: string, keep(draft: string): void, toggle(open: boolean): void }} around
   */
  constructor(ui, page, { draft, keep, toggle }) {
    this.#ui = ui;
    this.#page = page;
    this.#top = top(ui, !page && (() => toggle(false)));
    this.#log = new Log(ui);
    this.#composer = composer(ui, draft, keep);
    const onkeydown = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || page) return;
      event.preventDefault();
      toggle(false);
    };
    const onclose = () => this.open || toggle(false); // a phone's own way back
    this.#panel = h(
      page ? "div.panel" : "dialog.panel",
      { part: "panel", "aria-label": page ? null : ui.t("chat"), onkeydown, onclose },
      this.#top.node,
      this.#top.banner,
      h("div.body", {}, this.#log.node, this.#log.newer),
      this.#composer.node,
      this.#foot,
    );
    this.#launcher = h(
      "button.launcher",
      { type: "button", part: "launcher", "aria-expanded": "false", onclick: () => toggle(!this.open) },
      icon("chat"),
      icon("down"),
      this.#badge,
    );
    this.node = h(
      "section.root",
      { "aria-label": ui.t("chat"), lang: ui.locale },
      this.#panel,
      !page && this.#launcher,
      this.#told,
    );
    if (!page) PHONE.onchange = () => this.show(this.open);
  }

  get open() {
    return this.#page || this.#panel.open;
  }

  /** Shows or hides; `moved` when the visitor did it, and the focus should follow. */
  show(/** @type {boolean} */ open, moved = false) {
    if (this.#page) return this.#composer.fit();
    if (!open) this.#panel.close();
    else if (this.#panel.isConnected) this.#showAs(PHONE.matches);
    this.#launcher.setAttribute("aria-expanded", `${open}`);
    if (open) this.#log.toEnd();
    if (moved) this.#focus(open);
  }

  /** @param {import("../../types").State} state @param {number} now @param {boolean} away @param {number} unread */
  draw(state, now, away, unread) {
    const { t } = this.#ui;
    const had = this.node.getRootNode().activeElement;
    this.#top.draw(state, away);
    this.#log.draw(state, now);
    this.#badge.hidden = !unread;
    this.#badge.textContent = unread > 9 ? "9+" : `${unread}`;
    const words = unread && !this.open ? t("unread", { n: unread }) : "";
    if (this.#told.textContent !== words) this.#told.textContent = words;
    this.#launcher.setAttribute("aria-label", [t(this.open ? "close" : "open"), words].filter(Boolean).join(", "));
    this.#privacy(state.brand.privacy_url);
    if (had && !this.node.getRootNode().activeElement && this.open) this.#focus(true);
  }

  /** Keeps the relative times true. */
  refresh() {
    this.#log.refresh();
  }

  /** Over the whole screen of a phone it is modal; beside a page it is not. */
  #showAs(/** @type {boolean} */ modal) {
    this.#panel.close();
    if (modal) this.#panel.showModal();
    else this.#panel.open = true; // show() would take the focus from the page
  }

  #focus(/** @type {boolean} */ open) {
    if (!open) this.#launcher.focus();
    else if (TOUCH.matches) this.#log.node.focus();
    else this.#composer.focus();
  }

  #privacy(/** @type {string | null | undefined} */ url) {
    if (url && !this.#foot.firstChild) this.#foot.append(link(url, [this.#ui.t("privacy")]));
  }
}
