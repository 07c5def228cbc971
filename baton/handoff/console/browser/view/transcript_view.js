// @ts-check
/** @import { Console } from "../console.js" */
/** @import { LogEvent, Staff } from "../types.js" */
/** @import { Names } from "../log_words.js" */
/** @import { Transcript } from "../state/transcript.js" */
/** @import { TurnRecords } from "../state/turn_records.js" */
/** @import { Item } from "../state/outbox.js" */
/** @import { Reader } from "./entry.js" */
import { arrange, el, icon, write } from "../nodes.js";
import { day, visitorName, WORKING } from "../words.js";
import { dayNode, entryNode, erasedNode, pendingNode, streamNode } from "./entry.js";
import { WhyView } from "./why_view.js";

const NEAR_END_PX = 80;

/** @typedef {{ me: Staff, records: TurnRecords, names: Names, now: () => number }} Shared */
/** @typedef {Pick<Console, "sendAgain" | "edit" | "discard" | "insert">} EntryVerbs */

/** The whole conversation, drawn entry by entry: what is there stays, what comes is added at the end. */
export class TranscriptView {
  #list = el("ol", { class: "entries" });
  #pending = el("ol", { class: "entries entries-pending" });
  #working = el("p", { class: "working", role: "status" });
  #jump;
  #scroller;
  /** @type {Map<number, HTMLElement>} */
  #entries = new Map();
  /** @type {Map<string, WhyView[]>} */
  #whys = new Map();
  /** @type {Map<string, { key: string, node: HTMLElement }>} */
  #pendingNodes = new Map();
  /** @type {Set<number>} */
  #erased = new Set();
  #drawnSeq = 0;
  #lastDay = "";
  #isFirst = true;
  /** Whether the reader is at the end and wants to stay there, however wide the window becomes. */
  #follows = true;
  #seen;
  #transcript;
  #shared;
  #verbs;

  /**
   * @param {Transcript} transcript
   * @param {Shared} shared
   * @param {EntryVerbs} verbs
   */
  constructor(transcript, shared, verbs) {
    this.#transcript = transcript;
    this.#shared = shared;
    this.#verbs = verbs;
    this.#jump = el(
      "button",
      { class: "button jump", type: "button", hidden: true, on: { click: () => this.toEnd() } },
      "New messages",
      icon("insert"),
    );
    this.#scroller = el(
      "div",
      {
        class: "scroller",
        tabindex: "0",
        role: "log",
        "aria-label": "Conversation",
        on: { scroll: () => this.#scrolled() },
      },
      this.#list,
      this.#pending,
      this.#working,
    );
    this.element = el("div", { class: "transcript" }, this.#scroller, this.#jump);
    new ResizeObserver(() => this.#follows && this.toEnd()).observe(this.#scroller);
    this.#seen = new IntersectionObserver((entries) => this.#came(entries), {
      root: this.#scroller,
      rootMargin: "200px",
    });
  }

  /** @param {Item[]} pending */
  draw(pending) {
    const wasNearEnd = this.#isFirst || this.#isNearEnd();
    const before = this.#drawnSeq;
    this.#drawEvents();
    this.#drawErased();
    this.#drawPending(pending);
    this.#drawWorking();
    if (wasNearEnd) this.toEnd();
    else if (this.#drawnSeq > before) this.#jump.hidden = false;
    if (this.#transcript.loading === "ready") this.#isFirst = false;
  }

  /** @param {string} turn */
  drawWhy(turn) {
    for (const view of this.#whys.get(turn) ?? []) view.draw(this.#shared.records.get(turn));
  }

  toEnd() {
    this.#follows = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#jump.hidden = true;
  }

  focus() {
    this.#scroller.focus();
  }

  #scrolled() {
    this.#follows = this.#isNearEnd();
    if (this.#follows) this.#jump.hidden = true;
  }

  #isNearEnd() {
    return this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight < NEAR_END_PX;
  }

  #drawEvents() {
    const { events } = this.#transcript;
    const first = events.findIndex(({ seq }) => seq > this.#drawnSeq);
    if (first < 0) return;
    const nodes = events.slice(first).flatMap((event, at) => this.#nodesOf(event, events[first + at - 1] ?? null));
    this.#list.append(...nodes);
    this.#drawnSeq = this.#transcript.lastSeq;
  }

  /** @param {LogEvent} event @param {LogEvent | null} before @returns {HTMLElement[]} */
  #nodesOf(event, before) {
    const node = entryNode(event, before, this.#reader(), this.#whyOf(event));
    if (!node) return [];
    this.#entries.set(event.seq, node);
    const label = day(event.at, this.#shared.now());
    if (label === this.#lastDay) return [node];
    this.#lastDay = label;
    return [dayNode(label), node];
  }

  /** Only what the assistant decided has a why; it is read when it comes into view. @param {LogEvent} event */
  #whyOf({ author, body, kind }) {
    const turn = body?.turn;
    if (typeof turn !== "string" || author.kind === "visitor" || author.kind === "agent") return null;
    if (this.#whys.has(turn) && kind !== "message.added") return null;
    const view = new WhyView(() => this.#shared.records.want(turn));
    this.#whys.set(turn, [...(this.#whys.get(turn) ?? []), view]);
    view.element.dataset.turn = turn;
    view.draw(this.#shared.records.get(turn));
    this.#seen.observe(view.element);
    return view.element;
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #came(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      this.#seen.unobserve(target);
      this.#shared.records.want(target.dataset.turn ?? "");
    }
  }

  #drawErased() {
    for (const seq of this.#transcript.erased) {
      const event = this.#transcript.events[seq - 1];
      if (this.#erased.has(seq) || !event) continue;
      this.#erased.add(seq);
      this.#entries.get(seq)?.replaceWith(erasedNode(event));
    }
  }

  /** @param {Item[]} pending */
  #drawPending(pending) {
    const ids = new Set(pending.map(({ clientId }) => clientId));
    for (const id of this.#pendingNodes.keys()) if (!ids.has(id)) this.#pendingNodes.delete(id);
    const nodes = pending.map((item) => this.#pendingOf(item));
    const { stream } = this.#transcript;
    if (stream) nodes.push(streamNode(stream.text));
    arrange(this.#pending, nodes);
  }

  /** @param {Item} item */
  #pendingOf(item) {
    const key = `${item.state}|${item.problem ?? ""}`;
    const known = this.#pendingNodes.get(item.clientId);
    if (known?.key === key) return known.node;
    const node = pendingNode(item.mode, item.text, item.at, this.#reader(), this.#statusOf(item));
    this.#pendingNodes.set(item.clientId, { key, node });
    return node;
  }

  /** @param {Item} item */
  #statusOf({ clientId, state, problem }) {
    if (state === "sending") return el("p", { class: "sending tiny faint" }, "Sending");
    if (state === "queued")
      return el(
        "p",
        { class: "sending tiny faint" },
        icon("clock"),
        "Waits for the connection. It will be sent by itself.",
      );
    const button = (/** @type {string} */ label, /** @type {() => void} */ click) =>
      el("button", { class: "button-link", type: "button", on: { click } }, label);
    return el(
      "p",
      { class: "sending sending-failed tiny", role: "alert" },
      icon("warning"),
      el("span", {}, `Not sent. ${problem ?? ""}`),
      button("Try again", () => this.#verbs.sendAgain(clientId)),
      button("Edit", () => this.#verbs.edit(clientId)),
      button("Discard", () => this.#verbs.discard(clientId)),
    );
  }

  #drawWorking() {
    const { working, isVisitorTyping, stream } = this.#transcript;
    const text = isVisitorTyping ? `${this.#reader().visitor} is typing` : working && !stream ? WORKING[working] : "";
    write(this.#working, text || this.#seenBy());
    this.#working.classList.toggle("is-busy", text !== "");
  }

  /** Whether the visitor has read our last word. */
  #seenBy() {
    const last = this.#transcript.events.findLast(({ audience }) => audience !== "staff");
    if (last?.kind !== "message.added" || last.author.kind === "visitor") return "";
    return this.#transcript.visitorRead >= last.seq ? `Seen by ${this.#reader().visitor}` : "";
  }

  /** @returns {Reader} */
  #reader() {
    return {
      me: this.#shared.me.id,
      names: this.#shared.names,
      visitor: visitorName(this.#transcript.summary?.visitor),
      insert: (text) => this.#verbs.insert(text),
    };
  }
}
