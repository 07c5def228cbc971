// @ts-check
/** @import { Summary } from "../types.js" */
/** @import { Api } from "../network/api.js" */

/** @typedef {"loading" | "ready" | "failed"} Loading */

const OPEN = ["waiting_for_agent", "with_agent"];
const MOST = 500;

/**
 * The conversations that matter now: those that wait and those that agents hold. Filled by HTTP, kept by the socket.
 * Ended ones stay known while the page is open, and are simply in no list.
 */
export class Inbox {
  /** @type {Map<string, Summary>} */
  #summaries = new Map();
  /** @type {Map<string, number>} conversation -> when it was first seen waiting, by our clock */
  #waitingSince = new Map();
  /** @type {Loading} */
  loading = "loading";
  /** @type {string | null} */
  problem = null;
  #me;
  #now;

  /**
   * @param {string} me this agent's id
   * @param {() => number} now
   */
  constructor(me, now) {
    this.#me = me;
    this.#now = now;
  }

  /** Read both lists anew. Raises Problem. @param {Api} api */
  async read(api) {
    const lists = OPEN.map((status) => api.get("/conversations", { status, limit: MOST }));
    this.fill((await Promise.all(lists)).flatMap(({ items }) => items));
  }

  /**
   * What a fresh reading found; whatever it didn't mention no longer waits and isn't held.
   * @param {Summary[]} summaries
   */
  fill(summaries) {
    const found = new Set(summaries.map(({ id }) => id));
    for (const [id, summary] of this.#summaries) if (!found.has(id) && isOpen(summary)) this.#summaries.delete(id);
    for (const summary of summaries) this.put(summary);
    this.loading = "ready";
    this.problem = null;
  }

  /**
   * @param {Summary} summary
   * @returns {boolean} whether it has only now begun to wait for a person
   */
  put(summary) {
    const before = this.#summaries.get(summary.id);
    const began = isWaiting(summary) && !(before && isWaiting(before));
    this.#summaries.set(summary.id, summary);
    if (!isWaiting(summary)) this.#waitingSince.delete(summary.id);
    else this.#waitingSince.set(summary.id, sinceOf(summary, this.#now()));
    return began;
  }

  /** @param {string} problem */
  fail(problem) {
    if (this.loading === "loading") this.loading = "failed";
    this.problem = problem;
  }

  /** @param {string} id */
  get(id) {
    return this.#summaries.get(id) ?? null;
  }

  /** Those that wait, what was offered to this agent first, then the more urgent, then the longest wait. @returns {Summary[]} */
  waiting() {
    return this.#open(isWaiting).sort(
      (a, b) =>
        Number(this.isOfferedToMe(b)) - Number(this.isOfferedToMe(a)) ||
        urgency(b) - urgency(a) ||
        this.waitingSince(a) - this.waitingSince(b),
    );
  }

  /** Those this agent holds, the newest message first. @returns {Summary[]} */
  mine() {
    return this.#open((summary) => summary.status === "with_agent" && summary.holder.id === this.#me).sort(
      (a, b) => lastAt(b) - lastAt(a),
    );
  }

  /** @param {Summary} summary @returns {number} milliseconds since 1970 */
  waitingSince(summary) {
    return this.#waitingSince.get(summary.id) ?? sinceOf(summary, this.#now());
  }

  /** @param {Summary} summary */
  isOfferedToMe({ handoff }) {
    return handoff?.status === "offered" && handoff.agent?.id === this.#me;
  }

  /** @param {(summary: Summary) => boolean} matches */
  #open(matches) {
    return [...this.#summaries.values()].filter(matches);
  }
}

/** @param {Summary} summary */
function isWaiting(summary) {
  return summary.status === "waiting_for_agent";
}

/** @param {Summary} summary */
function isOpen(summary) {
  return isWaiting(summary) || summary.status === "with_agent";
}

/** @param {Summary} summary @param {number} now */
function sinceOf({ handoff, last_message_at, created_at }, now) {
  if (handoff?.waiting_seconds !== null && handoff?.waiting_seconds !== undefined)
    return now - handoff.waiting_seconds * 1000;
  return Date.parse(last_message_at ?? created_at);
}

/** @param {Summary} summary */
export function lastAt({ last_message_at, created_at }) {
  return Date.parse(last_message_at ?? created_at);
}

/** @param {Summary} summary */
function urgency({ handoff }) {
  return Number(handoff?.priority) || 0;
}
