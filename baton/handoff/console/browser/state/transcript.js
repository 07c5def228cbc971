// @ts-check
/** @import { Briefing, Holder, LogEvent, Status, Summary, Working } from "../types.js" */
/** @import { Api } from "../network/api.js" */
/** @import { Loading } from "./inbox.js" */
/** @import { Item } from "./outbox.js" */
import { Problem } from "../network/problem.js";

const PAGE = 500;
const REFRESH_MS = 250;

/**
 * One conversation as it is known here: its events in order without a gap, and what is going on now. HTTP brings what
 * was; the socket brings what comes. An event that skips a number asks for what lies between.
 */
export class Transcript {
  /** @type {LogEvent[]} */
  events = [];
  /** @type {Summary | null} */
  summary = null;
  /** @type {Loading} */
  loading = "loading";
  /** @type {string | null} */
  problem = null;
  /** @type {Working} */
  working = null;
  /** @type {{ turn: string, text: string } | null} a text whose event is on its way */
  stream = null;
  isVisitorTyping = false;
  visitorRead = 0;
  /** @type {Set<number>} */
  erased = new Set();
  /** @type {{ item: Item, seq: number }[]} stored, but the event isn't here yet */
  confirmed = [];
  /** @type {Set<string>} */
  #clientIds = new Set();
  /** @type {LogEvent[]} events that came too early */
  #early = [];
  #isFetching = false;
  #refreshTimer = 0;
  #id;
  #api;
  #changed;

  /**
   * @param {string} id
   * @param {Api} api
   * @param {() => void} changed
   */
  constructor(id, api, changed) {
    this.#id = id;
    this.#api = api;
    this.#changed = changed;
  }

  get id() {
    return this.#id;
  }

  get lastSeq() {
    return this.events.at(-1)?.seq ?? 0;
  }

  /** @returns {Briefing | null} */
  get briefing() {
    return this.summary?.briefing ?? this.summary?.handoff?.briefing ?? null;
  }

  /** What is shown below the events: stored ones that aren't events here yet, and those still to be sent. @param {Item[]} unsent */
  pending(unsent) {
    return [
      ...this.confirmed.map(({ item }) => item),
      ...unsent.filter(({ clientId }) => !this.#clientIds.has(clientId)),
    ];
  }

  /** Read the summary with its briefing, and the events that are missing. */
  async load() {
    try {
      await Promise.all([this.refresh(), this.catchUp()]);
      this.loading = "ready";
      this.problem = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.detail;
      if (this.loading === "loading") this.loading = "failed";
    }
    this.#changed();
  }

  async refresh() {
    this.summary = await this.#api.get(`/conversations/${this.#id}`);
    this.#changed();
  }

  /** The same, but when it fails what is known stays. */
  async tryRefresh() {
    try {
      await this.refresh();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Once for a burst of changes. */
  refreshSoon() {
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = window.setTimeout(() => void this.tryRefresh(), REFRESH_MS);
  }

  /** A newer summary from elsewhere; one without a briefing leaves the briefing as it is. @param {Summary} summary */
  summarized(summary) {
    const { briefing, handoff } = this.summary ?? {};
    const sameHandoff =
      summary.handoff && handoff?.id === summary.handoff.id
        ? { ...handoff, ...summary.handoff, briefing: summary.handoff.briefing ?? handoff.briefing }
        : summary.handoff;
    this.summary = { ...summary, handoff: sameHandoff, briefing: summary.briefing ?? briefing };
  }

  /** The server has stored it; it is shown as sent until its event comes. @param {Item} item @param {number} seq */
  confirm(item, seq) {
    if (seq > this.lastSeq) this.confirmed.push({ item, seq });
  }

  /** Read events after the last one, page by page. */
  async catchUp() {
    if (this.#isFetching) return;
    this.#isFetching = true;
    try {
      for (let isMore = true; isMore; ) {
        const { items, next } = await this.#api.get(`/conversations/${this.#id}/events`, {
          after: this.lastSeq,
          limit: PAGE,
        });
        for (const event of items) this.#append(event);
        isMore = items.length > 0 && next !== null && next !== undefined;
      }
    } finally {
      this.#isFetching = false;
    }
    this.#takeEarly();
    this.#changed();
  }

  /**
   * An event from the socket, or one that this page has just written.
   * @param {LogEvent} event
   * @returns {boolean} whether it was new here
   */
  receive(event) {
    if (event.seq <= this.lastSeq) return false;
    if (this.loading === "failed") this.loading = "ready";
    if (event.seq > this.lastSeq + 1) {
      this.#early.push(event);
      if (this.loading === "ready") this.catchUp().catch(() => {});
      return false;
    }
    this.#append(event);
    this.#takeEarly();
    return true;
  }

  /** What is going on now. @param {any} frame */
  went(frame) {
    const isVisitor = (frame.author?.kind ?? frame.author) === "visitor";
    if (frame.type === "state") this.#state(frame);
    else if (frame.type === "stream") this.#streamed(frame);
    else if (frame.type === "typing" && isVisitor) this.isVisitorTyping = frame.on;
    else if (frame.type === "read" && isVisitor) this.visitorRead = Math.max(this.visitorRead, frame.seq);
  }

  /** @param {{ status: Status, holder: Holder, working?: Working }} frame */
  #state({ status, holder, working }) {
    if (this.summary && (this.summary.holder.kind !== holder.kind || this.summary.holder.id !== holder.id))
      this.stream = null;
    if (this.summary) this.summary = { ...this.summary, status, holder };
    this.working = working ?? null;
  }

  /** @param {{ turn: string, text: string }} frame */
  #streamed({ turn, text }) {
    this.stream = { turn, text: (this.stream?.turn === turn ? this.stream.text : "") + text };
  }

  /** @param {LogEvent} event */
  #append(event) {
    if (event.seq !== this.lastSeq + 1) return;
    this.events.push(event);
    this.stream = null;
    if (typeof event.body?.client_id === "string") this.#clientIds.add(event.body.client_id);
    this.confirmed = this.confirmed.filter(({ seq }) => seq > event.seq);
    if (event.author.kind === "visitor") this.isVisitorTyping = false;
    if (event.author.kind === "assistant") this.working = null;
    if (event.kind === "body.erased")
      for (const seq of [event.body?.seq ?? event.body?.seqs ?? []].flat()) this.erased.add(seq);
  }

  #takeEarly() {
    const early = this.#early.sort((a, b) => a.seq - b.seq);
    this.#early = [];
    for (const event of early)
      if (event.seq === this.lastSeq + 1) this.#append(event);
      else if (event.seq > this.lastSeq) this.#early.push(event);
  }
}
