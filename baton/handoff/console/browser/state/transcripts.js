// @ts-check
/** @import { Summary } from "../types.js" */
/** @import { Api } from "../network/api.js" */
import { Transcript } from "./transcript.js";

const KEPT = 30;

/** The transcripts opened lately, so that going back to one is instant; only what came since is read again. */
export class Transcripts {
  /** @type {Map<string, Transcript>} */
  #kept = new Map();
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

  /** @param {string | null} id */
  find(id) {
    return (id && this.#kept.get(id)) || null;
  }

  /**
   * @param {string} id
   * @param {Summary | null} summary what a list already knows about it
   */
  get(id, summary) {
    const transcript = this.#kept.get(id) ?? new Transcript(id, this.#api, this.#changed);
    transcript.summary ??= summary;
    this.#kept.delete(id);
    this.#kept.set(id, transcript);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest) this.#kept.delete(oldest);
    return transcript;
  }
}
