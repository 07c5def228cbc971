// @ts-check
import { Problem } from "./problem.js";

/** @import {Api, Receipt} from "./api.js" */
/** @import {DocumentItem} from "./types.js" */

const AT_ONCE = 3;

/** @typedef {Pick<DocumentItem, "id" | "status" | "error">} Outcome */

/**
 * @typedef {object} Upload
 * @property {string} name
 * @property {number} bytes
 * @property {"waiting" | "sending" | "known" | "refused" | DocumentItem["status"]} state once sent, that of its documents
 * @property {number} share how much is sent, from 0 to 1
 * @property {string} sentence why it was refused, or could not be read
 * @property {Outcome[]} documents what it became
 */

/** Sends files, a few at a time, and follows what becomes of them. Says "change" as they go, and "sent" after each. */
export class Uploads extends EventTarget {
  /** @type {Upload[]} */
  items = [];
  #api;
  #mostBytes;
  #sending = 0;
  #isFollowing = false;
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
      const upload = { name, bytes: file.size, state: "waiting", share: 0, sentence: "", documents: [] };
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

  /**
   * Learn from a newly read list how the documents fare. Those it does not show are asked for, as they were sent, up to
   * the first that is not done.
   * @param {DocumentItem[]} listed
   */
  async follow(listed) {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    const known = new Map(listed.map((item) => [item.id, item]));
    try {
      for (const document of this.items.flatMap(({ documents }) => documents.filter(isUnderWay))) {
        const found = known.get(document.id) ?? (await this.#ask(document.id));
        if (!found) break;
        Object.assign(document, { status: found.status, error: found.error });
        if (isUnderWay(document) && !known.has(document.id)) break;
      }
    } finally {
      this.#isFollowing = false;
    }
    for (const upload of this.items) if (isFollowed(upload)) settle(upload);
    this.#changed();
  }

  /**
   * A document as it is now, or null if that is not to be learned at present.
   * @param {string} id
   * @returns {Promise<Outcome | null>}
   */
  async #ask(id) {
    try {
      return await this.#api.document(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return error.status === 404 ? { id, status: "failed", error: error.message } : null;
    }
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
      upload.documents = items.map(({ id, status, error }) => ({ id, status, error }));
      settle(upload);
      if (items.every(isKnown)) upload.state = "known";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      Object.assign(upload, { state: "refused", sentence: error.message });
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Receipt} receipt */
function isKnown({ status, outcome }) {
  return status === "indexed" && (outcome === "same" || outcome === "unchanged");
}

/** @param {Outcome} document */
function isUnderWay({ status }) {
  return status === "queued" || status === "reading";
}

/** @param {Upload} upload */
function isFollowed({ state }) {
  return state === "queued" || state === "reading";
}

/**
 * Bring a file's line to where its documents are: under way until all are done, and failed if any is.
 * @param {Upload} upload
 */
function settle(upload) {
  const { documents } = upload;
  const has = (/** @type {DocumentItem["status"]} */ status) =>
    documents.some((document) => document.status === status);
  upload.state = has("reading") ? "reading" : has("queued") ? "queued" : has("failed") ? "failed" : "indexed";
  const failed = documents.filter(({ status }) => status === "failed");
  const share = documents.length > 1 ? `${failed.length} of ${documents.length} documents could not be read. ` : "";
  upload.sentence = failed.length ? share + (failed[0].error ?? "It could not be read.") : "";
}
