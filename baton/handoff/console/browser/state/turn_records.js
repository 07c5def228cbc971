// @ts-check
/** @import { TurnRecord } from "../types.js" */
/** @import { Api } from "../network/api.js" */
import { Problem } from "../network/problem.js";

const AT_ONCE = 3;

/** The decision records of turns, read when they come into view and kept: a recorded turn doesn't change. */
export class TurnRecords {
  /** @type {Map<string, TurnRecord | { problem: string } | null>} null while it is being read */
  #records = new Map();
  /** @type {string[]} */
  #queue = [];
  #running = 0;
  #api;
  #changed;

  /**
   * @param {Api} api
   * @param {(turn: string) => void} changed
   */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
  }

  /** @param {string} turn */
  get(turn) {
    return this.#records.get(turn) ?? null;
  }

  /** Ask for a record; asking again after a failure tries again. @param {string} turn */
  want(turn) {
    const known = this.#records.get(turn);
    if (known !== undefined && !(known && "problem" in known)) return;
    this.#records.set(turn, null);
    this.#queue.push(turn);
    this.#next();
  }

  #next() {
    while (this.#running < AT_ONCE) {
      const turn = this.#queue.shift();
      if (!turn) return;
      this.#running += 1;
      void this.#read(turn);
    }
  }

  /** @param {string} turn */
  async #read(turn) {
    try {
      this.#records.set(turn, await this.#api.get(`/turns/${turn}`));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#records.set(turn, { problem: error.detail });
    }
    this.#running -= 1;
    this.#changed(turn);
    this.#next();
  }
}
