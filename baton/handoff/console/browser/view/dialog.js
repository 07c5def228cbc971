// @ts-check
/** @import { Child } from "../nodes.js" */
import { el } from "../nodes.js";

/**
 * A modal question. The browser's own dialog keeps the focus inside, closes on Escape and gives the focus back.
 * What is asked stays open when the answer is refused, with the reason.
 */
export class Dialog {
  #problem = el("p", { class: "notice notice-danger", role: "alert", hidden: true });
  #confirm;
  #element;

  /**
   * @param {{ heading: string, text?: string, confirm: string, content: Child[], run: (form: FormData) => Promise<void> }} question
   */
  constructor({ heading, text, confirm, content, run }) {
    const id = `dialog-${crypto.randomUUID()}`;
    this.#confirm = el("button", { class: "button button-primary", type: "submit" }, confirm);
    const cancel = el(
      "button",
      { class: "button", type: "button", on: { click: () => this.#element.close() } },
      "Cancel",
    );
    const form = el(
      "form",
      { class: "dialog-body", method: "dialog" },
      el("h2", { id }, heading),
      text ? el("p", { class: "soft" }, text) : null,
      content,
      this.#problem,
      el("div", { class: "dialog-actions" }, cancel, this.#confirm),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run(() => run(new FormData(form)));
    });
    this.#element = el("dialog", { class: "dialog", "aria-labelledby": id }, form);
    this.#element.addEventListener("close", () => this.#element.remove());
    this.#element.addEventListener(
      "keydown",
      (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit(),
    );
  }

  open() {
    document.body.append(this.#element);
    this.#element.showModal();
  }

  /** @param {string} label */
  rename(label) {
    this.#confirm.textContent = label;
  }

  /** @param {() => Promise<void>} run */
  async #run(run) {
    this.#confirm.disabled = true;
    try {
      await run();
      this.#element.close();
    } catch (error) {
      this.#problem.textContent = error instanceof Error ? error.message : String(error);
      this.#problem.hidden = false;
    } finally {
      this.#confirm.disabled = false;
    }
  }
}
