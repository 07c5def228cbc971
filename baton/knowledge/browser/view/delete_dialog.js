// @ts-check
import { el } from "../nodes.js";
import { Problem } from "../problem.js";

/** @import {Api} from "../api.js" */
/** @import {DocumentItem} from "../types.js" */

/** Asks before a document is deleted, and stays open with the reason when it could not be. */
export class DeleteDialog {
  #api;
  #onDone;
  #title = el("h2", { id: "delete-title" });
  #said = el("p", { class: "small said-wrong", role: "alert" });
  #confirm = el("button", { class: "button button-danger", type: "button" }, "Delete document");
  #dialog = el("dialog", { class: "dialog", "aria-labelledby": "delete-title", "aria-describedby": "delete-words" });
  /** @type {DocumentItem | null} */
  #item = null;

  /**
   * @param {Api} api
   * @param {() => void} onDone
   */
  constructor(api, onDone) {
    this.#api = api;
    this.#onDone = onDone;
    const keep = el(
      "button",
      { class: "button", type: "button", autofocus: true, on: { click: () => this.#dialog.close() } },
      "Keep it",
    );
    this.#confirm.addEventListener("click", () => this.#delete());
    this.#dialog.append(
      el(
        "div",
        { class: "dialog-body" },
        this.#title,
        el(
          "p",
          { id: "delete-words", class: "soft" },
          "It is out of every search at once, with all its versions. This can't be undone; you can add the file again.",
        ),
        this.#said,
        el("div", { class: "dialog-actions" }, keep, this.#confirm),
      ),
    );
    document.body.append(this.#dialog);
  }

  /** @param {DocumentItem} item */
  ask(item) {
    this.#item = item;
    this.#said.textContent = "";
    this.#confirm.disabled = false;
    this.#title.textContent = `Delete “${item.title || item.source}”?`;
    this.#dialog.showModal();
  }

  async #delete() {
    if (!this.#item) return;
    this.#confirm.disabled = true;
    try {
      await this.#api.remove(this.#item.id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 404) {
        this.#said.textContent = error.message;
        this.#confirm.disabled = false;
        return;
      }
    }
    this.#dialog.close();
    this.#onDone();
  }
}
