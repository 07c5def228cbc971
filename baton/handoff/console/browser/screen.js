// @ts-check
/** @import { ActionName } from "./actions.js" */
/** @import { Mode, Presence, Staff, Summary } from "./types.js" */
/** @import { AgentSocket } from "./network/agent_socket.js" */
/** @import { Alerts } from "./alerts.js" */
/** @import { Clock } from "./clock.js" */
/** @import { History } from "./state/history.js" */
/** @import { Outbox } from "./state/outbox.js" */
/** @import { Transcripts } from "./state/transcripts.js" */
/** @import { Writing } from "./state/writing.js" */
/** @import { ConsoleModel } from "./view/console_view.js" */
/** @import { Tab } from "./view/inbox_view.js" */
import { Inbox, lastAt } from "./state/inbox.js";

/**
 * @typedef {{
 *   me: Staff, clock: Clock, inbox: Inbox, history: History, transcripts: Transcripts, outbox: Outbox, writing: Writing,
 *   socket: AgentSocket, alerts: Alerts,
 * }} Known
 */

/** What is chosen and open on the screen; with all that is known it makes what the views draw. */
export class Screen {
  /** @type {Tab} */
  tab = "waiting";
  /** @type {string | null} the conversation that is open */
  open = null;
  notice = "";
  /** @type {ActionName | null} */
  running = null;
  isBriefingOpen = false;
  /** @type {Presence | null} */
  presence = null;
  #known;

  /** @param {Known} known */
  constructor(known) {
    this.#known = known;
  }

  /** @param {string | null} id */
  turnTo(id) {
    this.open = id;
    this.notice = "";
    this.isBriefingOpen = false;
  }

  get transcript() {
    return this.#known.transcripts.find(this.open);
  }

  get summary() {
    return this.transcript?.summary ?? null;
  }

  /** @returns {ConsoleModel} */
  model() {
    const { socket, outbox, alerts } = this.#known;
    return {
      inbox: this.#inbox(),
      conversation: this.#conversation(),
      link: socket.link,
      queued: outbox.all.filter(({ state }) => state !== "failed").length,
      presence: this.presence,
      hasAlerts: alerts.isOn,
    };
  }

  #conversation() {
    const { outbox, writing } = this.#known;
    const { transcript, summary, notice, running, isBriefingOpen } = this;
    return {
      transcript,
      pending: transcript?.pending(outbox.of(transcript.id)) ?? [],
      mode: summary ? writing.mode(summary) : /** @type {Mode} */ ("message"),
      text: summary ? writing.text(summary) : "",
      notice,
      running,
      isBriefingOpen,
    };
  }

  #inbox() {
    const { inbox, history } = this.#known;
    const waiting = inbox.waiting();
    const mine = inbox.mine();
    const isAll = this.tab === "all";
    const { loading, problem } = isAll ? history : inbox;
    return {
      tab: this.tab,
      counts: { waiting: waiting.length, mine: mine.length },
      items: isAll ? history.items : this.tab === "mine" ? mine : waiting,
      loading,
      problem,
      query: history.query,
      status: history.status,
      hasMore: isAll && history.next !== null,
      isLoadingMore: history.isLoadingMore,
      rowState: (/** @type {Summary} */ summary) => this.#row(summary),
    };
  }

  /** @param {Summary} summary */
  #row(summary) {
    const { clock, inbox, writing, me } = this.#known;
    return {
      now: clock.now(),
      since: summary.status === "waiting_for_agent" ? inbox.waitingSince(summary) : lastAt(summary),
      me: me.id,
      isOpen: summary.id === this.open,
      isOffered: inbox.isOfferedToMe(summary),
      hasDraft: writing.hasDraft(summary.id),
    };
  }
}
