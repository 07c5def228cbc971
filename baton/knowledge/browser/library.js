// @ts-check
import { Problem } from "./problem.js";

/** @import {Api} from "./api.js" */
/** @import {Counts, DocumentItem, Filter} from "./types.js" */

const PAGE = 50;
const MOST = 500;
const BUSY_MS = 1_500;
const QUIET_MS = 30_000;

/** What is known of the library: the documents that fit the filter, and how many there are. Says "change" when it knows more. */
export class Library extends EventTarget {
  /** @type {DocumentItem[]} */
  items = [];
  /** @type {Counts | null} */
  counts = null;
  /** @type {Problem | null} */
  problem = null;
  /** @type {Filter} */
  filter = { status: "", text: "" };
  isLoading = true;
  hasMore = false;
  #api;
  #timer = 0;
  #asked = 0;
  #wanted = PAGE;

  /** @param {Api} api */
  constructor(api) {
    super();
    this.#api = api;
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
  }

  /** Whether documents are waiting or being read now. */
  get isBusy() {
    return this.counts !== null && this.counts.queued + this.counts.reading > 0;
  }

  /** How many documents there are, whatever the filter. */
  get total() {
    const { queued = 0, reading = 0, indexed = 0, failed = 0 } = this.counts ?? {};
    return queued + reading + indexed + failed;
  }

  /** @param {Partial<Filter>} change */
  show(change) {
    this.filter = { ...this.filter, ...change };
    this.#wanted = PAGE;
    this.isLoading = true;
    return this.refresh();
  }

  /** Show some more of a long list. */
  more() {
    this.#wanted = Math.min(MOST, this.#wanted + PAGE * 2);
    return this.refresh();
  }

  /** Ask for the list again, and once more soon while there is work going on. An answer that was overtaken is dropped. */
  async refresh() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { items, next, counts } = await this.#api.documents(this.filter, this.#wanted);
      if (asked !== this.#asked) return;
      Object.assign(this, { items, counts, hasMore: next !== null && this.#wanted < MOST, problem: null });
    } catch (error) {
      if (asked !== this.#asked) return;
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    }
    this.isLoading = false;
    this.dispatchEvent(new Event("change"));
    if (!document.hidden && !this.problem?.isSignedOut)
      this.#timer = window.setTimeout(() => this.refresh(), this.isBusy ? BUSY_MS : QUIET_MS);
  }
}
