// @ts-check
/** @import { Mode } from "../types.js" */
/** @import { Api } from "../network/api.js" */
import { Problem } from "../network/problem.js";

/** @typedef {{ clientId: string, conversation: string, mode: Mode, text: string, at: number, state: "sending" | "queued" | "failed", problem: string | null }} Item */

const PATHS = { message: "messages", note: "notes", whisper: "whispers" };
const RETRY_MS = 3_000;

/**
 * What was written here and isn't stored yet. Each item keeps its client_id until the server has answered, so that
 * sending again can't double it. What can't be reached waits and goes out in order; what is refused says so.
 */
export class Outbox {
  /** @type {Item[]} */
  #items;
  /** @type {Set<string>} conversations being sent for */
  #busy = new Set();
  #key;
  #store;
  #api;
  #changed;
  #onStored;

  /**
   * @param {string} me
   * @param {Storage} store keeps the queue over a reload
   * @param {Api} api
   * @param {{ changed: () => void, stored: (item: Item, seq: number) => void }} ports
   */
  constructor(me, store, api, { changed, stored }) {
    this.#key = `baton.outbox.${me}`;
    this.#store = store;
    this.#api = api;
    this.#changed = changed;
    this.#onStored = stored;
    this.#items = JSON.parse(store.getItem(this.#key) ?? "[]");
    for (const item of this.#items) if (item.state === "sending") item.state = "queued";
  }

  /** @param {string} conversation @returns {Item[]} */
  of(conversation) {
    return this.#items.filter((item) => item.conversation === conversation);
  }

  /** @returns {Item[]} */
  get all() {
    return this.#items;
  }

  /** @param {string} conversation @param {Mode} mode @param {string} text */
  send(conversation, mode, text) {
    this.#items.push({
      clientId: crypto.randomUUID(),
      conversation,
      mode,
      text,
      at: Date.now(),
      state: "sending",
      problem: null,
    });
    this.#keep();
    void this.#drain(conversation);
  }

  /** Try again whatever waits for the connection. */
  flush() {
    for (const conversation of new Set(this.#items.map((item) => item.conversation))) void this.#drain(conversation);
  }

  /** @param {string} clientId */
  retry(clientId) {
    const item = this.#items.find((candidate) => candidate.clientId === clientId);
    if (!item) return;
    Object.assign(item, { state: "sending", problem: null });
    this.#keep();
    void this.#drain(item.conversation);
  }

  /** Take an item out, to be forgotten or to be written anew. @param {string} clientId @returns {Item | null} */
  remove(clientId) {
    const item = this.#items.find((candidate) => candidate.clientId === clientId) ?? null;
    this.#items = this.#items.filter((candidate) => candidate !== item);
    this.#keep();
    return item;
  }

  /** Send a conversation's items one after the other. @param {string} conversation */
  async #drain(conversation) {
    if (this.#busy.has(conversation)) return;
    this.#busy.add(conversation);
    try {
      for (let item = this.#nextOf(conversation); item; item = this.#nextOf(conversation))
        if (!(await this.#deliver(item))) break;
    } finally {
      this.#busy.delete(conversation);
    }
  }

  /** @param {string} conversation */
  #nextOf(conversation) {
    return this.of(conversation).find(({ state }) => state !== "failed");
  }

  /** @param {Item} item @returns {Promise<boolean>} whether the next may go */
  async #deliver(item) {
    item.state = "sending";
    this.#keep();
    try {
      const { seq } = await this.#api.post(`/conversations/${item.conversation}/${PATHS[item.mode]}`, {
        client_id: item.clientId,
        text: item.text,
      });
      this.remove(item.clientId);
      this.#onStored(item, seq);
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#refuse(item, error);
      return !error.isPassing;
    }
  }

  /** @param {Item} item @param {Problem} problem */
  #refuse(item, problem) {
    item.state = problem.isPassing ? "queued" : "failed";
    item.problem = problem.detail;
    this.#keep();
    if (problem.isPassing) setTimeout(() => void this.#drain(item.conversation), RETRY_MS);
  }

  #keep() {
    this.#store.setItem(this.#key, JSON.stringify(this.#items));
    this.#changed();
  }
}
