// @ts-check
import { el, icon } from "../nodes.js";
import { ago, exactly, number, STATUS } from "../words.js";

/** @import {Library} from "../library.js" */
/** @import {DocumentItem} from "../types.js" */

/**
 * @typedef {object} Doing what may be done with a document
 * @property {(document: DocumentItem) => void} open
 * @property {(document: DocumentItem) => void} remove
 * @property {(document: DocumentItem) => void} readAgain
 * @property {() => void} choose
 */

/** The table of documents, in every state it can be in. Rows are kept by their id, so that focus stays where it is. */
export class ListView {
  element = el("div", { class: "documents" });
  #library;
  #doing;
  #body = el("tbody");
  #table;
  #more;
  /** @type {Map<string, {row: HTMLTableRowElement, drawn: string}>} */
  #rows = new Map();

  /**
   * @param {Library} library
   * @param {Doing} doing
   */
  constructor(library, doing) {
    this.#library = library;
    this.#doing = doing;
    const columns = ["Document", "Status", "Chunks", "Changed"].map((name) =>
      el("th", { scope: "col", class: name === "Chunks" ? "number" : null }, name),
    );
    const head = el(
      "thead",
      {},
      el("tr", {}, ...columns, el("th", { scope: "col" }, el("span", { class: "visually-hidden" }, "What to do"))),
    );
    this.#table = el(
      "div",
      { class: "table-scroll" },
      el("table", { class: "table", "aria-label": "Documents" }, head, this.#body),
    );
    this.#more = el(
      "button",
      { class: "button more", type: "button", on: { click: () => library.more() } },
      "Show more",
    );
    library.addEventListener("change", () => this.#draw());
    this.element.append(el("p", { class: "loading", role: "status" }, "Loading the documents"));
  }

  #draw() {
    const { items, problem, total, hasMore } = this.#library;
    if (problem && !items.length) return this.element.replaceChildren(this.#trouble(problem));
    if (!total) return this.element.replaceChildren(this.#empty());
    this.#drawRows(items);
    const notice = problem ? this.#trouble(problem) : null;
    const none = items.length ? null : el("p", { class: "empty" }, "No document fits this filter.");
    const shown = [notice, none ?? this.#table, hasMore ? this.#more : null].filter((part) => part !== null);
    if (
      shown.some((part, place) => this.element.childNodes[place] !== part) ||
      this.element.childNodes.length !== shown.length
    )
      this.element.replaceChildren(...shown);
  }

  /** @param {DocumentItem[]} items */
  #drawRows(items) {
    const kept = new Set(items.map(({ id }) => id));
    for (const [id, { row }] of this.#rows)
      if (!kept.has(id)) {
        row.remove();
        this.#rows.delete(id);
      }
    items.forEach((item, place) => {
      const row = this.#row(item);
      if (this.#body.children[place] !== row) this.#body.insertBefore(row, this.#body.children[place] ?? null);
    });
  }

  /** @param {DocumentItem} item */
  #row(item) {
    const drawn = JSON.stringify([item, ago(item.updated_at)]);
    const known = this.#rows.get(item.id);
    if (known?.drawn === drawn) return known.row;
    const row = known?.row ?? el("tr");
    const focused = row.contains(document.activeElement) ? document.activeElement?.getAttribute("data-does") : null;
    row.replaceChildren(...this.#cells(item));
    if (focused) /** @type {HTMLElement | null} */ (row.querySelector(`[data-does="${focused}"]`))?.focus();
    this.#rows.set(item.id, { row, drawn });
    return row;
  }

  /** @param {DocumentItem} item */
  #cells(item) {
    const { word, look, icon: sign } = STATUS[item.status];
    const name = item.title || item.source;
    const open = el(
      "button",
      { class: "document-title", type: "button", "data-does": "open", on: { click: () => this.#doing.open(item) } },
      name,
    );
    return [
      el(
        "th",
        { scope: "row", class: "document-cell" },
        open,
        item.audience === "staff" ? el("span", { class: "badge badge-outline" }, "Staff only") : null,
        el("span", { class: "document-source" }, item.external_id ?? item.source),
        item.error ? el("span", { class: "document-error" }, item.error) : null,
        item.error && item.version
          ? el("span", { class: "document-note" }, "The earlier version is still searched.")
          : null,
        item.note ? el("span", { class: "document-note" }, item.note) : null,
      ),
      el("td", { class: "status-cell" }, el("span", { class: `badge ${look}` }, icon(sign), word)),
      el("td", { class: "number chunks-cell" }, item.chunks ? number(item.chunks) : "–"),
      el(
        "td",
        { class: "changed-cell" },
        el("time", { datetime: item.updated_at, title: exactly(item.updated_at) }, ago(item.updated_at)),
      ),
      el(
        "td",
        { class: "doing-cell" },
        item.status === "failed" && item.kind !== "unknown" ? this.#again(item, name) : null,
        this.#delete(item, name),
      ),
    ];
  }

  /**
   * @param {DocumentItem} item
   * @param {string} name
   */
  #again(item, name) {
    const click = () => this.#doing.readAgain(item);
    return el(
      "button",
      {
        class: "button button-quiet",
        type: "button",
        "data-does": "again",
        "aria-label": `Try again: ${name}`,
        on: { click },
      },
      "Try again",
    );
  }

  /**
   * @param {DocumentItem} item
   * @param {string} name
   */
  #delete(item, name) {
    const click = () => this.#doing.remove(item);
    return el(
      "button",
      {
        class: "button button-quiet button-danger",
        type: "button",
        "data-does": "remove",
        "aria-label": `Delete ${name}`,
        on: { click },
      },
      "Delete",
    );
  }

  #empty() {
    return el(
      "div",
      { class: "empty card" },
      icon("document"),
      el("h2", {}, "No documents yet"),
      el(
        "p",
        {},
        "What you add here is all that the assistant can answer from. Your help pages or a list of questions and answers are a good start.",
      ),
      el(
        "button",
        { class: "button button-primary", type: "button", on: { click: () => this.#doing.choose() } },
        "Choose files",
      ),
    );
  }

  /** @param {import("../problem.js").Problem} problem */
  #trouble(problem) {
    const way = problem.isSignedOut
      ? el("a", { class: "button", href: "/sign-in?next=/knowledge" }, "Sign in")
      : el("button", { class: "button", type: "button", on: { click: () => this.#library.refresh() } }, "Try again");
    return el(
      "div",
      { class: "notice notice-danger trouble", role: "alert" },
      icon("warning"),
      el("p", {}, problem.message),
      way,
    );
  }
}
