// @ts-check
/** @import { Mode, Staff, Summary } from "../types.js" */
/** @import { AgentSocket } from "../network/agent_socket.js" */
/** @import { Drafts } from "./drafts.js" */
/** @import { Outbox } from "./outbox.js" */
import { mayReply } from "../actions.js";

const TYPING_REST_MS = 4_000;

/** What is being written: which kind of message in which conversation, its draft, and whether the visitor sees typing. */
export class Writing {
  /** @type {Map<string, Mode>} */
  #chosen = new Map();
  /** @type {string | null} */
  #typingIn = null;
  #typingUntil = 0;
  #me;
  #drafts;
  #outbox;
  #socket;

  /**
   * @param {Staff} me
   * @param {Drafts} drafts
   * @param {Outbox} outbox
   * @param {AgentSocket} socket
   */
  constructor(me, drafts, outbox, socket) {
    this.#me = me;
    this.#drafts = drafts;
    this.#outbox = outbox;
    this.#socket = socket;
  }

  /**
   * A reply where one can be sent or soon will be, and a note anywhere else, until the person chooses or begins to write:
   * a change of holder must never turn a note that is being written into a reply.
   * @param {Summary} summary
   * @returns {Mode}
   */
  mode(summary) {
    return this.#chosen.get(summary.id) ?? this.#firstMode(summary);
  }

  /** The person is about to write: what is offered now stays. @param {Summary} summary */
  begin(summary) {
    this.choose(summary.id, this.mode(summary));
  }

  /** @param {string} conversation @param {Mode} mode */
  choose(conversation, mode) {
    this.#chosen.set(conversation, mode);
  }

  /** @param {Summary} summary */
  text(summary) {
    return this.#drafts.read(summary.id, this.mode(summary));
  }

  /** @param {string} conversation */
  hasDraft(conversation) {
    return this.#drafts.has(conversation);
  }

  /** @param {Summary} summary @param {string} text */
  write(summary, text) {
    const mode = this.mode(summary);
    this.begin(summary);
    this.#drafts.write(summary.id, mode, text);
    if (mode === "message" && mayReply(summary, this.#me) && text.trim()) this.#type(summary.id);
    else this.rest();
  }

  /** @param {Summary} summary @param {string} text */
  send(summary, text) {
    const mode = this.mode(summary);
    this.rest();
    this.#drafts.write(summary.id, mode, "");
    this.#outbox.send(summary.id, mode, text);
  }

  /** Put what wasn't sent back before what is being written. @param {string} clientId */
  takeBack(clientId) {
    const item = this.#outbox.remove(clientId);
    if (!item) return;
    const draft = this.#drafts.read(item.conversation, item.mode);
    this.#drafts.write(item.conversation, item.mode, [item.text, draft].filter(Boolean).join("\n\n"));
    this.choose(item.conversation, item.mode);
  }

  /** Nobody types any more, or not for a while. @param {boolean} [onlyIfStale] */
  rest(onlyIfStale = false) {
    if (!this.#typingIn || (onlyIfStale && Date.now() < this.#typingUntil)) return;
    this.#socket.typing(this.#typingIn, false);
    this.#typingIn = null;
  }

  /** @param {Summary} summary @returns {Mode} */
  #firstMode(summary) {
    return mayReply(summary, this.#me) || summary.status === "waiting_for_agent" ? "message" : "note";
  }

  /** @param {string} conversation */
  #type(conversation) {
    if (this.#typingIn !== conversation) this.#socket.typing(conversation, true);
    this.#typingIn = conversation;
    this.#typingUntil = Date.now() + TYPING_REST_MS;
  }
}
