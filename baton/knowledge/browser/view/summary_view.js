// @ts-check
import { el } from "../nodes.js";
import { counted, number } from "../words.js";

/** @import {Library} from "../library.js" */

/** @type {{status: string, word: string, of: (library: Library) => number}[]} */
const PARTS = [
  { status: "", word: "All", of: (library) => library.total },
  { status: "indexed", word: "Ready", of: (library) => library.counts?.indexed ?? 0 },
  { status: "queued", word: "Waiting", of: (library) => library.counts?.queued ?? 0 },
  { status: "reading", word: "Being read", of: (library) => library.counts?.reading ?? 0 },
  { status: "failed", word: "Not readable", of: (library) => library.counts?.failed ?? 0 },
];

/** What the library knows and what is wrong, in a sentence, and the filters that show it. */
export class SummaryView {
  #library;
  #sentence = el("p", { class: "soft", "aria-live": "polite" });
  #parts = el("div", { class: "parts", role: "group", "aria-label": "Show documents that are" });
  #search = el("input", {
    class: "input",
    type: "search",
    placeholder: "Filter by title or source",
    "aria-label": "Filter by title or source",
  });
  #typing = 0;

  /** @param {Library} library */
  constructor(library) {
    this.#library = library;
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = window.setTimeout(() => library.show({ text: this.#search.value.trim() }), 200);
    });
    this.sentence = this.#sentence;
    this.element = el("div", { class: "filters" }, this.#parts, this.#search);
    library.addEventListener("change", () => this.#draw());
  }

  #draw() {
    if (!this.#library.counts) return;
    this.#sentence.textContent = said(this.#library);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.status : undefined;
    const shown = PARTS.filter(
      ({ status, of }) => !status || of(this.#library) || status === this.#library.filter.status,
    );
    this.#parts.replaceChildren(...shown.map((part) => this.#button(part)));
    const again = focused === undefined ? null : this.#parts.querySelector(`[data-status="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
    this.element.hidden = this.#library.total === 0;
  }

  /** @param {typeof PARTS[number]} part */
  #button({ status, word, of }) {
    const isShown = this.#library.filter.status === status;
    return el(
      "button",
      {
        class: "part",
        type: "button",
        "aria-pressed": String(isShown),
        "data-status": status,
        on: { click: () => this.#library.show({ status }) },
      },
      word,
      " ",
      el("span", { class: "figures faint" }, number(of(this.#library))),
    );
  }
}

/** @param {Library} library */
function said(library) {
  const { queued = 0, reading = 0, indexed = 0, failed = 0, chunks = 0, staff = 0 } = library.counts ?? {};
  if (!library.total) return "Nothing to answer from yet.";
  const parts = [`${counted(indexed, "document")} ready, ${counted(chunks, "chunk")} searched`];
  if (staff) parts.push(`${number(staff)} for staff only`);
  if (queued + reading) parts.push(`${number(queued + reading)} still to be read`);
  if (failed) parts.push(`${number(failed)} not readable`);
  return `${parts.join(" · ")}.`;
}
