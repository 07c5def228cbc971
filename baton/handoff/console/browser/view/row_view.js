// @ts-check
/** @import { Summary } from "../types.js" */
import { el, icon, set, write } from "../nodes.js";
import { unformatted } from "../prose.js";
import { age, duration, exact, holding, mood, visitorName, whyWaiting } from "../words.js";

/** @typedef {{ now: number, since: number, me: string, isOpen: boolean, isOffered: boolean, hasDraft: boolean }} RowState */

/** One conversation in a list. Its nodes stay, so that focus stays when the list is drawn again. */
export class RowView {
  #name = el("span", { class: "row-name" });
  #age = el("time", { class: "row-age" });
  #line = el("span", { class: "row-line" });
  #why = el("span", { class: "row-why" });
  #marks = el("span", { class: "row-marks" });
  #link;
  #drawnMarks = "";

  /** @param {string} id */
  constructor(id) {
    this.#link = el(
      "a",
      { class: "row", href: `#${id}` },
      el("span", { class: "row-top" }, this.#name, this.#age),
      this.#line,
      el("span", { class: "row-foot" }, this.#why, this.#marks),
    );
    this.element = el("li", {}, this.#link);
  }

  /**
   * @param {Summary} summary
   * @param {RowState} state
   */
  draw(summary, state) {
    const isWaiting = summary.status === "waiting_for_agent";
    write(this.#name, visitorName(summary.visitor));
    write(
      this.#age,
      isWaiting ? `waiting ${duration((state.now - state.since) / 1000)}` : age(state.now - state.since, state.since),
    );
    set(this.#age, "datetime", new Date(state.since).toISOString());
    set(this.#age, "title", exact(state.since));
    const line = (isWaiting ? summary.first_line : summary.last_line) ?? summary.first_line;
    write(this.#line, line ? unformatted(line) : "No message yet");
    write(this.#why, this.#reason(summary, state));
    set(this.#link, "aria-current", state.isOpen ? "true" : null);
    this.#link.classList.toggle("is-waiting", isWaiting);
    this.#link.classList.toggle("is-offered", state.isOffered);
    this.#link.classList.toggle("is-unread", summary.unread > 0);
    this.#drawMarks(summary, state.hasDraft);
  }

  /** @param {Summary} summary @param {RowState} state */
  #reason(summary, state) {
    if (state.isOffered) return `Offered to you · ${whyWaiting(summary)}`;
    const parts =
      summary.status === "waiting_for_agent" ? [whyWaiting(summary), summary.team] : [holding(summary, state.me)];
    return parts.filter(Boolean).join(" · ");
  }

  /** @param {Summary} summary @param {boolean} hasDraft */
  #drawMarks(summary, hasDraft) {
    const { icon: face, word, tone } = mood(summary.mood);
    const key = [hasDraft, summary.sample, tone, word, summary.unread].join();
    if (key === this.#drawnMarks) return;
    this.#drawnMarks = key;
    this.#marks.replaceChildren(
      ...(hasDraft ? [el("span", { class: "badge badge-outline" }, "draft")] : []),
      ...(summary.sample ? [el("span", { class: "badge badge-outline", title: "Made for the demo" }, "sample")] : []),
      ...(summary.mood === null || tone === "even"
        ? []
        : [
            el(
              "span",
              { class: `mood mood-${tone}`, title: `The visitor seems ${word}` },
              icon(face, `The visitor seems ${word}`),
            ),
          ]),
      ...(summary.unread > 0
        ? [
            el(
              "span",
              { class: "unread figures" },
              summary.unread > 99 ? "99+" : summary.unread,
              el("span", { class: "visually-hidden" }, " unread"),
            ),
          ]
        : []),
    );
  }

  focus() {
    this.#link.focus();
    this.#link.scrollIntoView({ block: "nearest" });
  }

  get isOpen() {
    return this.#link.hasAttribute("aria-current");
  }

  get hasFocus() {
    return this.#link === document.activeElement;
  }
}
