// @ts-check
import { Problem } from "./problem.js";

/** @import {Api} from "./api.js" */

const AT_ONCE = 3;

/**
 * @typedef {object} Upload
 * @property {string} name
 * @property {number} bytes
 * @property {"waiting" | "sending" | "sent" | "known" | "refused"} state
 * @property {number} share how much is sent, from 0 to 1
 * @property {string} sentence why it was refused
 */

/** Sends files, a few at a time. Says "change" as they go, and "sent" after each. */
export class Uploads extends EventTarget {
  /** @type {Upload[]} */
  items = [];
  #api;
  #mostBytes;
  #sending = 0;
  /** @type {(() => Promise<void>)[]} */
  #queue = [];

  /**
   * @param {Api} api
   * @param {number} megabytes the largest file that is taken
   */
  constructor(api, megabytes) {
    super();
    this.#api = api;
    this.#mostBytes = megabytes * 1_000_000;
  }

  /** Whether files are still on their way. */
  get isBusy() {
    return this.#sending > 0;
  }

  /** @param {{file: File, name: string}[]} files */
  add(files) {
    if (!this.isBusy) this.items = [];
    for (const { file, name } of files) {
      /** @type {Upload} */
      const upload = { name, bytes: file.size, state: "waiting", share: 0, sentence: "" };
      this.items.push(upload);
      if (file.size > this.#mostBytes)
        Object.assign(upload, {
          state: "refused",
          sentence: `That file is larger than ${this.#mostBytes / 1_000_000} MB. Split it and add the parts.`,
        });
      else this.#queue.push(() => this.#send(upload, file));
    }
    this.#changed();
    while (this.#sending < AT_ONCE && this.#queue.length) this.#next();
  }

  /** Forget the list of what was sent. */
  clear() {
    this.items = this.items.filter((upload) => upload.state === "waiting" || upload.state === "sending");
    this.#changed();
  }

  async #next() {
    const send = this.#queue.shift();
    if (!send) return;
    this.#sending += 1;
    await send();
    this.#sending -= 1;
    this.#changed();
    this.dispatchEvent(new Event("sent"));
    this.#next();
  }

  /**
   * @param {Upload} upload
   * @param {File} file
   */
  async #send(upload, file) {
    upload.state = "sending";
    this.#changed();
    try {
      const { items } = await this.#api.upload(file, upload.name, (share) => {
        upload.share = share;
        this.#changed();
      });
      const known = items.every(({ outcome }) => outcome === "same" || outcome === "unchanged");
      upload.state = known ? "known" : "sent";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      Object.assign(upload, { state: "refused", sentence: error.message });
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
