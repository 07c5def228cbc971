// @ts-check
/** @import { Summary, Status } from "../types.js" */
/** @import { Api } from "../network/api.js" */
/** @import { Loading } from "./inbox.js" */
import { Problem } from "../network/problem.js";

const PAGE = 50;

/** Every conversation there ever was, in pages, searched and filtered by the server. */
export class History {
  /** @type {Summary[]} */
  items = [];
  /** @type {Loading} */
  loading = "loading";
  /** @type {string | null} */
  problem = null;
  query = "";
  /** @type {Status | ""} */
  status = "";
  /** @type {string | null} */
  next = null;
  isLoadingMore = false;
  #asked = 0;
  #api;
  #changed;

  /**
   * @param {Api} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
  }

  /**
   * Search anew; an answer to an older search is thrown away.
   * @param {{ query?: string, status?: Status | "" }} [wish]
   */
  async search({ query = this.query, status = this.status } = {}) {
    this.query = query;
    this.status = status;
    this.loading = "loading";
    await this.#read(null);
  }

  async more() {
    if (!this.next || this.isLoadingMore) return;
    this.isLoadingMore = true;
    await this.#read(this.next);
  }

  /** A summary changed somewhere: if it is shown, show how it is now. @param {Summary} summary */
  put(summary) {
    if (this.loading !== "ready") return;
    const at = this.items.findIndex(({ id }) => id === summary.id);
    if (at >= 0) this.items[at] = summary;
    else if (!this.query && (!this.status || this.status === summary.status)) this.items.unshift(summary);
  }

  /** @param {string} id */
  get(id) {
    return this.items.find((summary) => summary.id === id) ?? null;
  }

  /** @param {string | null} after */
  async #read(after) {
    const asked = ++this.#asked;
    this.#changed();
    try {
      const page = await this.#api.get("/conversations", { q: this.query, status: this.status, limit: PAGE, after });
      if (asked === this.#asked) this.#take(page, after);
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    }
    this.#changed();
  }

  /**
   * @param {{ items: Summary[], next: string | null }} page
   * @param {string | null} after
   */
  #take({ items, next }, after) {
    const known = new Set(after ? this.items.map(({ id }) => id) : []);
    this.items = [...(after ? this.items : []), ...items.filter(({ id }) => !known.has(id))];
    this.next = next ?? null;
    this.loading = "ready";
    this.problem = null;
    this.isLoadingMore = false;
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof Problem)) throw error;
    this.isLoadingMore = false;
    this.problem = error.detail;
    if (this.loading === "loading") this.loading = "failed";
  }
}
