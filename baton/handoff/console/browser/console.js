// @ts-check
/** @import { ActionName } from "./actions.js" */
/** @import { LogEvent, Mode, Presence, Staff, Summary } from "./types.js" */
/** @import { Link } from "./network/agent_socket.js" */
/** @import { Item } from "./state/outbox.js" */
/** @import { Tab } from "./view/inbox_view.js" */
import { actionsFor, modesFor } from "./actions.js";
import { Alerts } from "./alerts.js";
import { Clock } from "./clock.js";
import { Commands } from "./commands.js";
import { AgentSocket } from "./network/agent_socket.js";
import { Api } from "./network/api.js";
import { Problem } from "./network/problem.js";
import { Shortcuts } from "./shortcuts.js";
import { Colleagues } from "./state/colleagues.js";
import { Drafts } from "./state/drafts.js";
import { History } from "./state/history.js";
import { Inbox, lastAt } from "./state/inbox.js";
import { Outbox } from "./state/outbox.js";
import { Preferences } from "./state/preferences.js";
import { Transcripts } from "./state/transcripts.js";
import { TurnRecords } from "./state/turn_records.js";
import { Writing } from "./state/writing.js";
import { ConsoleView } from "./view/console_view.js";
import { HelpDialog } from "./view/help_dialog.js";
import { visitorName, whyWaiting } from "./words.js";

const TICK_MS = 1_000;

/** @type {Record<ActionName, string>} */
const DONE = {
  accept: "You have it. The visitor sees your name.",
  decline: "You passed on it. It stays in the queue for others.",
  take: "You have it. The assistant is silent now.",
  reopen: "Opened again. You have it.",
  transfer: "Transferred.",
  return: "Returned to the assistant.",
  resolve: "Resolved.",
};

/** The console: joins what comes from the network, what is known, and what is drawn. */
export class Console {
  #clock = new Clock();
  #preferences = new Preferences(localStorage);
  /** @type {Presence | null} */
  #presence = null;
  /** @type {Tab} */
  #tab = "waiting";
  /** @type {string | null} */
  #open = null;
  #notice = "";
  /** @type {ActionName | null} */
  #running = null;
  #isBriefingOpen = false;
  #isDrawPlanned = false;
  #seenSeq = 0;
  #me;
  #api;
  #colleagues;
  #inbox;
  #history;
  #transcripts;
  #records;
  #outbox;
  #writing;
  #commands;
  #alerts;
  #socket;
  #view;

  /** @param {{ root: HTMLElement, bar: HTMLElement, staff: Staff, csrf: string }} page */
  constructor({ root, bar, staff, csrf }) {
    const now = () => this.#clock.now();
    const changed = () => this.#planDraw();
    this.#me = staff;
    this.#api = new Api(csrf);
    this.#colleagues = new Colleagues(this.#api);
    this.#inbox = new Inbox(staff.id, now);
    this.#history = new History(this.#api, changed);
    this.#transcripts = new Transcripts(this.#api, changed);
    this.#records = new TurnRecords(this.#api, (turn) => this.#view.conversation.drawWhy(turn));
    this.#socket = new AgentSocket(socketUrl(), {
      onFrame: (frame) => this.#receive(frame),
      onLink: (link) => this.#linked(link),
      isSignedIn: () => this.#isSignedIn(),
    });
    this.#outbox = new Outbox(staff.id, localStorage, this.#api, {
      changed,
      stored: (item, seq) => this.#stored(item, seq),
    });
    this.#writing = new Writing(staff, new Drafts(staff.id, localStorage), this.#outbox, this.#socket);
    this.#commands = new Commands(this.#api, this.#colleagues, staff.id, (name, summary) =>
      this.#settled(name, summary),
    );
    this.#alerts = new Alerts(this.#preferences, (id) => this.#go(id));
    const names = (/** @type {unknown} */ id) => this.#colleagues.name(id);
    const page = { root, bar, staff, records: this.#records, names, now };
    this.#view = new ConsoleView(page, this.#ports(), this.#inboxPorts());
  }

  start() {
    new Shortcuts(this.#keys(), this.#preferences);
    addEventListener("hashchange", () => this.#follow());
    document.addEventListener("visibilitychange", () => this.#markRead());
    addEventListener("focus", () => this.#markRead());
    setInterval(() => this.#tick(), TICK_MS);
    this.#socket.start();
    void this.#colleagues.learn();
    void this.#readInbox();
    this.#follow();
    this.#outbox.flush();
  }

  // What comes from the network

  /** @param {any} frame */
  #receive(frame) {
    if (frame.type === "alive") this.#clock.heard(frame.at);
    else if (frame.type === "welcome") this.#presence = frame.presence ?? null;
    else if (frame.type === "presence") this.#presence = frame.state;
    else if (frame.type === "inbox") this.#summarized(frame.conversation);
    else if (frame.type === "event") this.#happened(frame);
    else if (frame.type === "error") this.#notice = frame.message ?? "";
    else this.#transcripts.find(frame.conversation)?.went(frame);
    this.#planDraw();
  }

  /** @param {LogEvent} event */
  #happened(event) {
    const transcript = this.#transcripts.find(event.conversation);
    if (!transcript?.receive(event)) return;
    if (event.conversation === this.#open) transcript.refreshSoon();
    this.#markRead();
  }

  /** @param {Summary} summary */
  #summarized(summary) {
    const isKnown = this.#inbox.loading === "ready";
    const began = this.#inbox.put(summary);
    this.#history.put(summary);
    this.#transcripts.find(summary.id)?.summarized(summary);
    if (began && isKnown) this.#announce(summary);
  }

  /** @param {Summary} summary */
  #announce(summary) {
    const name = visitorName(summary.visitor);
    const why = whyWaiting(summary);
    this.#say(`${name} is waiting for a person. ${why}`);
    this.#alerts.announce(summary.id, `${name} is waiting`, [summary.first_line, why].filter(Boolean).join("\n"));
  }

  /** @param {Link} link */
  #linked(link) {
    if (link.state === "live") {
      void this.#readInbox();
      if (this.#tab === "all") void this.#history.search();
      this.#transcripts.find(this.#open)?.refreshSoon();
      this.#outbox.flush();
    }
    this.#planDraw();
  }

  async #isSignedIn() {
    try {
      await this.#api.get("/conversations", { limit: 1 });
      return true;
    } catch (error) {
      return !(error instanceof Problem && error.status === 401);
    }
  }

  async #readInbox() {
    try {
      await this.#inbox.read(this.#api);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#inbox.fail(error.detail);
    }
    this.#planDraw();
  }

  #reload() {
    if (this.#tab === "all") void this.#history.search();
    else void this.#readInbox();
  }

  #tick() {
    this.#writing.rest(true);
    this.#planDraw();
  }

  // Which conversation is open

  #follow() {
    const id = decodeURIComponent(location.hash.slice(1)) || null;
    if (id === this.#open) return;
    if (this.#open) this.#socket.unwatch(this.#open);
    this.#writing.rest();
    this.#open = id;
    this.#notice = "";
    this.#seenSeq = 0;
    this.#isBriefingOpen = false;
    if (id) void this.#enter(id);
    this.#planDraw();
  }

  /** @param {string} id */
  async #enter(id) {
    const transcript = this.#transcripts.get(id, this.#inbox.get(id) ?? this.#history.get(id));
    await transcript.load();
    if (this.#open !== id) return;
    this.#socket.watch(id, () => transcript.lastSeq);
    this.#markRead();
  }

  /** @param {string} id */
  #go(id) {
    location.hash = id;
  }

  #back() {
    if (!this.#open) return false;
    const left = this.#open;
    history.pushState(null, "", location.pathname);
    this.#follow();
    this.#draw();
    this.#view.list.focus(left);
    return true;
  }

  #markRead() {
    const transcript = this.#transcripts.find(this.#open);
    if (!transcript || document.hidden || !document.hasFocus() || transcript.lastSeq <= this.#seenSeq) return;
    this.#seenSeq = transcript.lastSeq;
    this.#socket.read(transcript.id, transcript.lastSeq);
    const summary = this.#inbox.get(transcript.id);
    if (summary?.unread) this.#inbox.put({ ...summary, unread: 0 });
    this.#planDraw();
  }

  get #summary() {
    return this.#transcripts.find(this.#open)?.summary ?? null;
  }

  // What the agent does

  /** @param {ActionName} name */
  async #act(name) {
    const summary = this.#summary;
    if (!summary || this.#running || !actionsFor(summary, this.#me).some((action) => action.name === name)) return;
    this.#running = name;
    this.#notice = "";
    this.#planDraw();
    try {
      await this.#commands.run(name, summary);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#notice = error.detail;
      this.#transcripts.find(summary.id)?.refreshSoon();
      void this.#readInbox();
    }
    this.#running = null;
    this.#planDraw();
  }

  /** @param {ActionName} name @param {Summary} summary */
  async #settled(name, summary) {
    this.#say(DONE[name]);
    await this.#transcripts.find(summary.id)?.tryRefresh();
    const isMine = name === "accept" || name === "take" || name === "reopen";
    if (isMine && this.#open === summary.id && !this.#view.conversation.composer.hasFocus) this.#compose("message");
  }

  /** @param {Mode} mode @returns {boolean} whether that can be written here */
  #compose(mode) {
    const summary = this.#summary;
    if (!summary || !modesFor(summary, this.#writing.mode(summary)).includes(mode)) return false;
    this.#writing.choose(summary.id, mode);
    this.#draw();
    this.#view.conversation.composer.focus();
    return true;
  }

  /** @param {string} text */
  #send(text) {
    if (this.#summary) this.#writing.send(this.#summary, text);
    this.#draw();
    this.#view.conversation.toEnd();
  }

  /** @param {Item} item @param {number} seq */
  #stored(item, seq) {
    this.#transcripts.find(item.conversation)?.confirm(item, seq);
    this.#planDraw();
  }

  /** @param {string} text */
  #insert(text) {
    if (!this.#compose("message")) return;
    this.#view.conversation.composer.insert(text);
    this.#isBriefingOpen = false;
    this.#planDraw();
  }

  #insertSuggestion() {
    const suggested = this.#transcripts.find(this.#open)?.briefing?.suggested_reply;
    if (!suggested) return false;
    this.#insert(suggested.text);
    return true;
  }

  #togglePresence() {
    const wanted = this.#presence === "available" ? "away" : "available";
    if (!this.#socket.presence(wanted)) return;
    this.#presence = wanted;
    this.#say(wanted === "available" ? "You are available." : "You are away. Nothing is offered to you.");
    this.#planDraw();
  }

  async #toggleAlerts() {
    this.#say(await this.#alerts.toggle());
    this.#planDraw();
  }

  /** @param {boolean} isOpen */
  #showBriefing(isOpen) {
    this.#isBriefingOpen = isOpen;
    this.#draw();
    this.#view.focusBriefing(isOpen);
  }

  /** @param {Tab} tab */
  #choose(tab) {
    this.#tab = tab;
    if (tab === "all") void this.#history.search();
    this.#planDraw();
  }

  #find() {
    this.#choose("all");
    this.#draw();
    this.#view.list.focusSearch();
  }

  /** @param {string} text */
  #say(text) {
    this.#view.announcer.say(text);
  }

  // What is drawn

  #planDraw() {
    if (this.#isDrawPlanned) return;
    this.#isDrawPlanned = true;
    queueMicrotask(() => this.#draw());
  }

  #draw() {
    this.#isDrawPlanned = false;
    this.#view.draw({
      inbox: this.#inboxModel(),
      conversation: this.#conversationModel(),
      link: this.#socket.link,
      queued: this.#outbox.all.filter(({ state }) => state !== "failed").length,
      presence: this.#presence,
      hasAlerts: this.#alerts.isOn,
    });
  }

  #conversationModel() {
    const transcript = this.#transcripts.find(this.#open);
    const summary = transcript?.summary ?? null;
    return {
      transcript,
      pending: transcript?.pending(this.#outbox.of(transcript.id)) ?? [],
      mode: summary ? this.#writing.mode(summary) : /** @type {Mode} */ ("message"),
      text: summary ? this.#writing.text(summary) : "",
      notice: this.#notice,
      running: this.#running,
      isBriefingOpen: this.#isBriefingOpen,
    };
  }

  #inboxModel() {
    const waiting = this.#inbox.waiting();
    const mine = this.#inbox.mine();
    const isAll = this.#tab === "all";
    const { loading, problem } = isAll ? this.#history : this.#inbox;
    return {
      tab: this.#tab,
      counts: { waiting: waiting.length, mine: mine.length },
      items: isAll ? this.#history.items : this.#tab === "mine" ? mine : waiting,
      loading,
      problem,
      query: this.#history.query,
      status: this.#history.status,
      hasMore: isAll && this.#history.next !== null,
      isLoadingMore: this.#history.isLoadingMore,
      rowState: (/** @type {Summary} */ summary) => this.#rowState(summary),
    };
  }

  /** @param {Summary} summary */
  #rowState(summary) {
    return {
      now: this.#clock.now(),
      since: summary.status === "waiting_for_agent" ? this.#inbox.waitingSince(summary) : lastAt(summary),
      me: this.#me.id,
      isOpen: summary.id === this.#open,
      isOffered: this.#inbox.isOfferedToMe(summary),
      hasDraft: this.#writing.hasDraft(summary.id),
    };
  }

  // What the views may ask for, and the keys

  #inboxPorts() {
    return {
      choose: (/** @type {Tab} */ tab) => this.#choose(tab),
      search: (/** @type {{ query?: string, status?: any }} */ wish) => void this.#history.search(wish),
      more: () => (this.#tab === "all" ? void this.#history.more() : this.#planDraw()),
      retry: () => this.#reload(),
    };
  }

  #ports() {
    return {
      act: (/** @type {ActionName} */ name) => void this.#act(name),
      choose: (/** @type {Mode} */ mode) => void this.#compose(mode),
      begin: () => void (this.#summary && this.#writing.begin(this.#summary)),
      write: (/** @type {string} */ text) => void (this.#summary && this.#writing.write(this.#summary, text)),
      send: (/** @type {string} */ text) => this.#send(text),
      insert: (/** @type {string} */ text) => this.#insert(text),
      retry: (/** @type {string} */ id) => this.#outbox.retry(id),
      discard: (/** @type {string} */ id) => void this.#outbox.remove(id),
      edit: (/** @type {string} */ id) => this.#edit(id),
      dismiss: () => this.#dismiss(),
      reload: () => void (this.#open && this.#enter(this.#open)),
      back: () => void this.#back(),
      briefing: () => this.#showBriefing(!this.#isBriefingOpen),
      closeBriefing: () => this.#showBriefing(false),
      presence: () => this.#togglePresence(),
      alerts: () => void this.#toggleAlerts(),
      help: () => new HelpDialog(this.#preferences).open(),
      retryLink: () => this.#socket.retryNow(),
    };
  }

  /** @returns {Record<string, () => unknown>} */
  #keys() {
    return {
      j: () => this.#view.list.move(1),
      k: () => this.#view.list.move(-1),
      u: () => this.#back(),
      Escape: () => (this.#isBriefingOpen ? this.#showBriefing(false) : this.#back()),
      1: () => this.#choose("waiting"),
      2: () => this.#choose("mine"),
      3: () => this.#choose("all"),
      "/": () => this.#find(),
      a: () => this.#act("accept"),
      d: () => this.#act("decline"),
      t: () => this.#act(this.#summary?.status === "resolved" ? "reopen" : "take"),
      f: () => this.#act("transfer"),
      b: () => this.#act("return"),
      e: () => this.#act("resolve"),
      r: () => this.#compose("message"),
      n: () => this.#compose("note"),
      w: () => this.#compose("whisper"),
      s: () => this.#insertSuggestion(),
      i: () => this.#showBriefing(!this.#isBriefingOpen),
      p: () => this.#togglePresence(),
      "?": () => new HelpDialog(this.#preferences).open(),
    };
  }

  /** @param {string} clientId */
  #edit(clientId) {
    this.#writing.takeBack(clientId);
    this.#draw();
    this.#view.conversation.composer.focus();
  }

  #dismiss() {
    this.#notice = "";
    this.#planDraw();
  }
}

function socketUrl() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/agent`;
}
