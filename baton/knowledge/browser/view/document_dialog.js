// @ts-check
import { el } from "../nodes.js";
import { Problem } from "../problem.js";
import { counted, exactly, STATUS } from "../words.js";

/** @import {Api} from "../api.js" */
/** @import {ChunkItem, DocumentItem} from "../types.js" */

/** One document: what is known of it, and its chunks with their places, as they are searched. */
export class DocumentDialog {
  #api;
  #chunks = el("ol", { class: "chunks" });
  #said = el("p", { class: "loading", role: "status" });
  #more = el("button", { class: "button", type: "button", hidden: true }, "Show more chunks");
  #head = el("div", { class: "document-head" });
  #dialog = el("dialog", { class: "dialog dialog-wide", "aria-labelledby": "document-dialog-title" });
  /** @type {number | null} */
  #after = null;
  #id = "";

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    const close = el("button", { class: "button", type: "button", on: { click: () => this.#dialog.close() } }, "Close");
    this.#more.addEventListener("click", () => this.#load());
    this.#dialog.append(
      el(
        "div",
        { class: "dialog-body" },
        this.#head,
        this.#chunks,
        this.#said,
        this.#more,
        el("div", { class: "dialog-actions" }, close),
      ),
    );
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    document.body.append(this.#dialog);
  }

  /** @param {DocumentItem} item */
  open(item) {
    this.#id = item.id;
    this.#after = null;
    this.#chunks.replaceChildren();
    this.#drawHead(item);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#load();
  }

  /** @param {DocumentItem} item */
  #drawHead(item) {
    const facts = [
      STATUS[item.status].word,
      item.version ? `version ${item.version}` : null,
      item.chunks ? counted(item.chunks, "chunk") : null,
      item.audience === "staff" ? "for staff only" : "for visitors and staff",
      `changed ${exactly(item.updated_at)}`,
    ];
    const source = item.url
      ? el("a", { href: item.url, rel: "noreferrer", target: "_blank" }, item.url)
      : el("span", { class: "mono" }, item.external_id ?? item.source);
    this.#head.replaceChildren(
      el("h2", { id: "document-dialog-title" }, item.title || item.source),
      el("p", { class: "small soft" }, source),
      el("p", { class: "small soft" }, facts.filter(Boolean).join(" · ")),
      ...(item.error ? [el("p", { class: "notice notice-danger" }, item.error)] : []),
      ...(item.note ? [el("p", { class: "notice notice-waiting" }, item.note)] : []),
    );
  }

  async #load() {
    const id = this.#id;
    this.#said.textContent = "Loading the chunks";
    this.#more.hidden = true;
    try {
      const { items, next } = await this.#api.chunks(id, this.#after);
      if (id !== this.#id) return;
      this.#chunks.append(...items.map(drawChunk));
      this.#after = next;
      this.#more.hidden = next === null;
      this.#said.textContent = this.#chunks.children.length ? "" : "Nothing of this document is searched yet.";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#said.textContent = error.message;
    }
  }
}

/** @param {ChunkItem} chunk */
function drawChunk(chunk) {
  return el(
    "li",
    { class: "chunk" },
    el("p", { class: "chunk-place" }, chunk.place),
    el("p", { class: "chunk-text" }, chunk.text),
  );
}
