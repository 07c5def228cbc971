// @ts-check
import { chosenFiles, droppedFiles } from "../dropped.js";
import { el, icon } from "../nodes.js";
import { Problem } from "../problem.js";
import { size } from "../words.js";

/** @import {Api} from "../api.js" */
/** @import {Upload, Uploads} from "../uploads.js" */

const ACCEPTED = ".md,.markdown,.mdx,.txt,.html,.htm,.pdf,.docx,.pptx,.xlsx,.epub,.csv,.tsv,.jsonl,.ndjson";

/** Where documents come in: dropped or chosen files, or an address. Below it what became of each file. */
export class AddView {
  #api;
  #uploads;
  #onAdded;
  #picker = el("input", {
    type: "file",
    multiple: true,
    accept: ACCEPTED,
    class: "visually-hidden",
    tabindex: -1,
    "aria-hidden": "true",
  });
  #address = el("input", {
    class: "input",
    id: "address",
    type: "url",
    placeholder: "https://example.com/help",
    required: true,
    autocomplete: "off",
  });
  #follow = el("input", { type: "checkbox" });
  #said = el("p", { class: "small", role: "status" });
  #list = el("ul", { class: "uploads", "aria-label": "Files being added" });
  #clear = el("button", { class: "button button-quiet", type: "button", hidden: true }, "Clear this list");

  /**
   * @param {Api} api
   * @param {Uploads} uploads
   * @param {number} megabytes
   * @param {() => void} onAdded
   */
  constructor(api, uploads, megabytes, onAdded) {
    this.#api = api;
    this.#uploads = uploads;
    this.#onAdded = onAdded;
    this.#picker.addEventListener("change", () => this.#choose());
    this.#clear.addEventListener("click", () => uploads.clear());
    uploads.addEventListener("change", () => this.#drawUploads());
    const drop = this.#dropZone(megabytes);
    this.element = el(
      "section",
      { class: "add", "aria-label": "Add documents" },
      drop,
      this.#addressForm(),
      this.#list,
      this.#clear,
    );
    this.#acceptDrops(drop);
  }

  /** Open the system's file chooser. */
  choose() {
    this.#picker.click();
  }

  /** @param {number} megabytes */
  #dropZone(megabytes) {
    const choose = el(
      "button",
      { class: "button-link", type: "button", on: { click: () => this.choose() } },
      "choose files",
    );
    return el(
      "div",
      { class: "drop" },
      icon("send"),
      el("p", {}, el("strong", {}, "Drop files or folders here"), " or ", choose),
      el(
        "p",
        { class: "tiny faint" },
        `Markdown, text, HTML, PDF, Word, PowerPoint, Excel, EPUB, CSV and JSON lines, up to ${megabytes} MB each`,
      ),
      this.#picker,
    );
  }

  #addressForm() {
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#addAddress();
    };
    return el(
      "form",
      { class: "address", on: { submit } },
      el("label", { class: "visually-hidden", for: "address" }, "Address of a page or site"),
      this.#address,
      el("label", { class: "choice small" }, this.#follow, "and the pages it leads to"),
      el("button", { class: "button", type: "submit" }, "Add address"),
      this.#said,
    );
  }

  /** The whole window takes drops, so that nobody has to aim; the zone shows it. */
  #acceptDrops(/** @type {HTMLElement} */ zone) {
    let depth = 0;
    const over = (/** @type {number} */ change) => {
      depth = Math.max(0, depth + change);
      zone.classList.toggle("drop-over", depth > 0);
    };
    const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
    window.addEventListener("dragenter", (event) => holdsFiles(event) && over(1));
    window.addEventListener("dragleave", (event) => holdsFiles(event) && over(-1));
    window.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
    window.addEventListener("drop", async (event) => {
      over(-depth);
      if (!event.dataTransfer || !holdsFiles(event)) return;
      event.preventDefault();
      this.#uploads.add(await droppedFiles(event.dataTransfer));
    });
  }

  #choose() {
    this.#uploads.add(chosenFiles(this.#picker.files ?? []));
    this.#picker.value = "";
  }

  async #addAddress() {
    this.#said.className = "small";
    this.#said.textContent = "Adding the address";
    try {
      await this.#api.addAddress(this.#address.value, this.#follow.checked);
      this.#said.textContent = this.#follow.checked
        ? "Added. Its pages appear below as they are found."
        : "Added. It is being fetched.";
      this.#address.value = "";
      this.#onAdded();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#said.className = "small said-wrong";
      this.#said.textContent = error.message;
    }
  }

  #drawUploads() {
    this.#list.replaceChildren(...this.#uploads.items.map(drawUpload));
    this.#clear.hidden = !this.#uploads.items.length || this.#uploads.isBusy;
  }
}

/** @param {Upload} upload */
function drawUpload(upload) {
  const said = {
    waiting: "Waiting",
    sending: `Sending, ${Math.round(upload.share * 100)} %`,
    queued: "Received, waiting to be read",
    reading: "Being read",
    indexed: "Ready",
    failed: upload.sentence,
    known: "Already here, unchanged",
    refused: upload.sentence,
  }[upload.state];
  const progress = el("progress", {
    max: 1,
    value: upload.state === "sending" ? upload.share : 0,
    "aria-label": `${upload.name}, sent`,
  });
  return el(
    "li",
    { class: `upload upload-${upload.state}` },
    el("span", { class: "upload-name" }, upload.name),
    el("span", { class: "faint tiny figures" }, size(upload.bytes)),
    upload.state === "sending" ? progress : null,
    el("span", { class: "upload-said small" }, said),
  );
}
