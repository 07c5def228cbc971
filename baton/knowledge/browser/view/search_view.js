// @ts-check
import { el } from "../nodes.js";
import { Problem } from "../problem.js";
import { nearness } from "../words.js";

/** @import {Api} from "../api.js" */
/** @import {PassageItem} from "../types.js" */

/** Trying a search: the passages a question finds, how near each is in a word and a number. */
export class SearchView {
  #api;
  #query = el("input", {
    class: "input",
    id: "question",
    type: "search",
    placeholder: "How long does a refund take?",
    required: true,
    autocomplete: "off",
  });
  #visitor = el("input", { type: "checkbox", checked: true });
  #said = el("p", { class: "small faint", role: "status" }, "See what a question finds, before a visitor asks it.");
  #results = el("ol", { class: "passages", "aria-label": "Passages found" });
  #asked = 0;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#search();
    };
    this.#visitor.addEventListener("change", () => this.#query.value.trim() && this.#search());
    this.element = el(
      "section",
      { class: "try card", "aria-labelledby": "try-title" },
      el("h2", { id: "try-title" }, "Try a question"),
      el(
        "form",
        { class: "try-form", on: { submit } },
        el("label", { class: "visually-hidden", for: "question" }, "Question"),
        this.#query,
        el("button", { class: "button", type: "submit" }, "Search"),
        el("label", { class: "choice small" }, this.#visitor, "as a visitor"),
      ),
      this.#said,
      this.#results,
    );
  }

  async #search() {
    this.#asked += 1;
    const asked = this.#asked;
    this.#said.textContent = "Searching";
    try {
      const { passages } = await this.#api.search(this.#query.value, this.#visitor.checked ? "visitor" : "staff");
      if (asked !== this.#asked) return;
      this.#results.replaceChildren(...passages.map(drawPassage));
      this.#said.textContent = passages.length ? "" : "Nothing found. The documents don't speak of this yet.";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#said.textContent = error.message;
    }
  }
}

/** @param {PassageItem} passage */
function drawPassage(passage) {
  const { word, look } = nearness(passage.score);
  const halves = `meaning ${passage.dense.toFixed(2)}, words ${passage.lexical.toFixed(2)}`;
  return el(
    "li",
    { class: "passage" },
    el("p", { class: "chunk-place" }, passage.place),
    el("p", { class: "chunk-text" }, passage.text),
    el(
      "p",
      { class: "passage-score" },
      el("span", { class: `badge ${look}` }, word),
      el("span", { class: "tiny faint figures", title: halves }, passage.score.toFixed(2)),
      passage.audience === "staff" ? el("span", { class: "badge badge-outline" }, "Staff only") : null,
    ),
  );
}
