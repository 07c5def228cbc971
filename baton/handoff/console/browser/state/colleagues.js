// @ts-check
/** @import { Colleague, Team } from "../types.js" */
/** @import { Api } from "../network/api.js" */
import { Problem } from "../network/problem.js";

/** Who else works here: names for the log's staff ids, and whom a conversation can be given to. */
export class Colleagues {
  /** @type {Map<string, string>} */
  #names = new Map();
  #api;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** @param {unknown} id @returns {string | null} */
  name(id) {
    return (typeof id === "string" && this.#names.get(id)) || null;
  }

  /** Learn the names; without them the log says "a colleague". */
  async learn() {
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** @returns {Promise<{ colleagues: Colleague[], teams: Team[] }>} as they are now */
  async read() {
    const [staff, teams] = await Promise.all([this.#api.get("/staff"), this.#api.get("/teams")]);
    for (const { id, name } of staff.items) this.#names.set(id, name);
    return { colleagues: staff.items, teams: teams.items };
  }
}
