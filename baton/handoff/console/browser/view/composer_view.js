// @ts-check
/** @import { Console } from "../console.js" */
/** @import { Mode } from "../types.js" */
import { arrange, el, icon, set, write } from "../nodes.js";

/** @typedef {{ modes: Mode[], mode: Mode, hindrance: string, visitor: string, text: string }} ComposerModel */
/** @typedef {Pick<Console, "compose" | "beginWriting" | "write" | "send">} ComposerVerbs */

/** @type {Record<Mode, { label: string, key: string, icon: string, send: string, hint: string, placeholder: string }>} */
const WORDS = {
  message: { label: "Reply", key: "r", icon: "send", send: "Send", hint: "", placeholder: "Write to the visitor" },
  note: {
    label: "Private note",
    key: "n",
    icon: "note",
    send: "Save note",
    hint: "Only your team sees this.",
    placeholder: "Write a note for your team",
  },
  whisper: {
    label: "Whisper",
    key: "w",
    icon: "whisper",
    send: "Whisper",
    hint: "Only the assistant reads this, if a language model drafts for it. It goes on talking.",
    placeholder: "Tell the assistant what to do",
  },
};

/** Where replies, notes and whispers are written. What is being written is unmistakable, and so is who will see it. */
export class ComposerView {
  #modes = el("div", { class: "modes", role: "group", "aria-label": "What to write" });
  /** @type {Map<Mode, HTMLButtonElement>} */
  #buttons = new Map();
  #text = el("textarea", { class: "composer-text", rows: "2", "aria-describedby": "composer-hint" });
  #hint = el("p", { class: "composer-hint tiny", id: "composer-hint" });
  #send;
  #sendWord = el("span");
  /** @type {ComposerModel | null} */
  #model = null;
  #verbs;

  /** @param {ComposerVerbs} verbs */
  constructor(verbs) {
    this.#verbs = verbs;
    this.#send = el(
      "button",
      { class: "button button-primary", type: "submit" },
      this.#sendWord,
      el("span", { class: "key", "aria-hidden": "true" }, "↵"),
    );
    for (const mode of /** @type {Mode[]} */ (Object.keys(WORDS))) this.#buttons.set(mode, this.#modeButton(mode));
    this.element = el(
      "form",
      { class: "composer", "aria-label": "Write", on: { submit: (/** @type {Event} */ event) => this.#submit(event) } },
      this.#modes,
      this.#text,
      el("div", { class: "composer-foot" }, this.#hint, this.#send),
    );
    this.#text.addEventListener("focus", () => verbs.beginWriting());
    this.#text.addEventListener("input", () => this.#written());
    this.#text.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {ComposerModel} model */
  draw(model) {
    const words = WORDS[model.mode];
    this.#model = model;
    arrange(
      this.#modes,
      model.modes.map((mode) => /** @type {HTMLButtonElement} */ (this.#buttons.get(mode))),
    );
    for (const [mode, button] of this.#buttons) set(button, "aria-pressed", mode === model.mode ? "true" : "false");
    this.element.dataset.mode = model.mode;
    if (this.#text.value !== model.text) this.#text.value = model.text;
    set(this.#text, "placeholder", model.mode === "message" ? `Write to ${model.visitor}` : words.placeholder);
    set(this.#text, "aria-label", words.label);
    write(this.#hint, model.hindrance || words.hint || "Shift and Enter for a new line.");
    this.#hint.classList.toggle("is-hindrance", model.hindrance !== "");
    write(this.#sendWord, model.mode === "message" ? `Send to ${model.visitor}` : words.send);
    this.#allow();
  }

  get hasFocus() {
    return document.activeElement === this.#text;
  }

  focus() {
    this.#text.focus();
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  /** Put a text where the writing stands, beside what is there. @param {string} text */
  insert(text) {
    const { selectionStart, selectionEnd, value } = this.#text;
    const gap = value && selectionStart > 0 && !/\s$/.test(value.slice(0, selectionStart)) ? "\n\n" : "";
    this.#text.setRangeText(gap + text, selectionStart, selectionEnd, "end");
    this.#written();
    this.focus();
  }

  /** @param {Mode} mode */
  #modeButton(mode) {
    const { label, key, icon: name } = WORDS[mode];
    return el(
      "button",
      {
        class: "mode",
        type: "button",
        "aria-pressed": "false",
        "data-mode": mode,
        on: { click: () => this.#verbs.compose(mode) },
      },
      icon(name),
      label,
      el("span", { class: "key", "aria-hidden": "true" }, key),
    );
  }

  #written() {
    if (this.#model) this.#model.text = this.#text.value;
    this.#verbs.write(this.#text.value);
    this.#allow();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key === "Escape") this.#text.blur();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.#submit(event);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.#maySend()) this.#verbs.send(this.#text.value.trim());
  }

  #maySend() {
    const model = this.#model;
    return Boolean(model && this.#text.value.trim() && !model.hindrance);
  }

  #allow() {
    set(this.#send, "aria-disabled", this.#maySend() ? null : "true");
  }
}
