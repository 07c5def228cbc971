// @ts-check
/** @import { LogEvent, Presence, Summary } from "./types.js" */
/** @import { Api } from "./network/api.js" */
/** @import { Clock } from "./clock.js" */
/** @import { History } from "./state/history.js" */
/** @import { Inbox } from "./state/inbox.js" */
/** @import { Transcripts } from "./state/transcripts.js" */
import { Problem } from "./network/problem.js";

/**
 * @typedef {{ api: Api, clock: Clock, inbox: Inbox, history: History, transcripts: Transcripts }} Known
 * @typedef {{
 *   changed: () => void, began: (summary: Summary) => void, arrived: () => void,
 *   presence: (state: Presence | null) => void, refused: (message: string) => void,
 * }} FeedPorts
 */

/** Brings what the network says into what is known: each frame to its place, and a fresh reading after a cut. */
export class Feed {
  #known;
  #ports;

  /**
   * @param {Known} known
   * @param {FeedPorts} ports
   */
  constructor(known, ports) {
    this.#known = known;
    this.#ports = ports;
  }

  /** @param {any} frame from the socket */
  receive(frame) {
    if (frame.type === "alive") this.#known.clock.heard(frame.at);
    else if (frame.type === "welcome") this.#ports.presence(frame.presence ?? null);
    else if (frame.type === "presence") this.#ports.presence(frame.state);
    else if (frame.type === "inbox") this.#summarized(frame.conversation);
    else if (frame.type === "event") this.#happened(frame);
    else if (frame.type === "error") this.#ports.refused(frame.message ?? "");
    else this.#known.transcripts.find(frame.conversation)?.went(frame);
    this.#ports.changed();
  }

  /** Read the lists of the inbox anew; when that fails it says so. */
  async readInbox() {
    const { api, inbox } = this.#known;
    try {
      await inbox.read(api);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      inbox.fail(error.detail);
    }
    this.#ports.changed();
  }

  /** @returns {Promise<boolean>} false only when the server says that the session has ended */
  async isSignedIn() {
    try {
      await this.#known.api.get("/conversations", { limit: 1 });
      return true;
    } catch (error) {
      return !(error instanceof Problem && error.status === 401);
    }
  }

  /** @param {LogEvent} event */
  #happened(event) {
    const transcript = this.#known.transcripts.find(event.conversation);
    if (!transcript?.receive(event)) return;
    transcript.refreshSoon();
    this.#ports.arrived();
  }

  /** @param {Summary} summary */
  #summarized(summary) {
    const { inbox, history, transcripts } = this.#known;
    const isKnown = inbox.loading === "ready";
    const began = inbox.put(summary);
    history.put(summary);
    transcripts.find(summary.id)?.summarized(summary);
    if (began && isKnown) this.#ports.began(summary);
  }
}
