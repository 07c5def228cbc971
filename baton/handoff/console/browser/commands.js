// @ts-check
/** @import { ActionName } from "./actions.js" */
/** @import { Summary } from "./types.js" */
/** @import { Api } from "./network/api.js" */
/** @import { Colleagues } from "./state/colleagues.js" */
import { resolveDialog, returnDialog, transferDialog } from "./view/dialogs.js";

/** What an agent does with a conversation, sent to the server; those that need a word more ask for it first. */
export class Commands {
  #api;
  #colleagues;
  #me;
  #settled;

  /**
   * @param {Api} api
   * @param {Colleagues} colleagues
   * @param {string} me
   * @param {(name: ActionName, summary: Summary) => void} settled after the server has done it
   */
  constructor(api, colleagues, me, settled) {
    this.#api = api;
    this.#colleagues = colleagues;
    this.#me = me;
    this.#settled = settled;
  }

  /**
   * @param {ActionName} name
   * @param {Summary} summary
   * @returns {Promise<void>} once it is done, or its dialog is open; rejects with a Problem
   */
  async run(name, summary) {
    switch (name) {
      case "accept":
      case "decline":
        return this.#handoff(name, summary, {});
      case "take":
      case "reopen":
        await this.#api.post(`/conversations/${summary.id}/take`);
        return this.#settled(name, summary);
      case "transfer":
        return this.#transfer(summary);
      case "return":
        return returnDialog((wish) => this.#handoff("return", summary, wish)).open();
      case "resolve":
        return resolveDialog((wish) => this.#handoff("resolve", summary, wish)).open();
    }
  }

  /** @param {Summary} summary */
  async #transfer(summary) {
    const { colleagues, teams } = await this.#colleagues.read();
    const others = colleagues.filter(({ id }) => id !== this.#me);
    transferDialog({ colleagues: others, teams }, (wish) => this.#handoff("transfer", summary, wish)).open();
  }

  /** @param {ActionName} name @param {Summary} summary @param {object} body */
  async #handoff(name, summary, body) {
    await this.#api.post(`/handoffs/${summary.handoff?.id}/${name}`, body);
    this.#settled(name, summary);
  }
}
