// @ts-check
/** @import { ActionName } from "./actions.js" */
/** @import { Mode, Presence, Staff, Status, Summary } from "./types.js" */
/** @import { Link } from "./network/agent_socket.js" */
/** @import { Item } from "./state/outbox.js" */
/** @import { Tab } from "./view/inbox_view.js" */
import { actionsFor, modesFor } from "./actions.js";
import { Alerts } from "./alerts.js";
import { Clock } from "./clock.js";
import { Commands } from "./commands.js";
import { Feed } from "./feed.js";
import { keysOf } from "./keys.js";
import { AgentSocket } from "./network/agent_socket.js";
import { Api } from "./network/api.js";
import { Problem } from "./network/problem.js";
import { Screen } from "./screen.js";
import { Shortcuts } from "./shortcuts.js";
import { Colleagues } from "./state/colleagues.js";
import { Drafts } from "./state/drafts.js";
import { History } from "./state/history.js";
import { Inbox } from "./state/inbox.js";
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

/** @type {ReadonlySet<ActionName>} */
const GIVES_THE_PEN = new Set(["accept", "take", "reopen"]);

/**
 * The console: makes its parts, and is the verbs that buttons and keys call. What comes from the network goes through
 * Feed, what is shown is made by Screen, and both say here when something has to be drawn.
 */
export class Console {
  #preferences = new Preferences(localStorage);
  #isDrawPlanned = false;
  #seenSeq = 0;
  #me;
  #colleagues;
  #inbox;
  #history;
  #transcripts;
  #outbox;
  #writing;
  #commands;
  #alerts;
  #feed;
  #socket;
  #screen;
  #view;

  /** @param {{ root: HTMLElement, bar: HTMLElement, staff: Staff, csrf: string }} page */
  constructor({ root, bar, staff, csrf }) {
    const api = new Api(csrf);
    const clock = new Clock();
    const now = () => clock.now();
    const changed = () => this.#planDraw();
    this.#me = staff;
    this.#colleagues = new Colleagues(api);
    this.#inbox = new Inbox(staff.id, now);
    this.#history = new History(api, changed);
    this.#transcripts = new Transcripts(api, changed);
    const known = { api, clock, inbox: this.#inbox, history: this.#history, transcripts: this.#transcripts };
    this.#feed = new Feed(known, {
      changed,
      began: (summary) => this.#announce(summary),
      arrived: () => this.#markRead(),
      presence: (state) => this.#showPresence(state),
      refused: (message) => this.#complain(message),
    });
    this.#socket = new AgentSocket(socketUrl(), {
      onFrame: (frame) => this.#feed.receive(frame),
      onLink: (link) => this.#linked(link),
      isSignedIn: () => this.#feed.isSignedIn(),
    });
    const stored = (/** @type {Item} */ item, /** @type {number} */ seq) => this.#stored(item, seq);
    this.#outbox = new Outbox(staff.id, localStorage, api, { changed, stored });
    this.#writing = new Writing(staff, new Drafts(staff.id, localStorage), this.#outbox, this.#socket);
    this.#commands = new Commands(api, this.#colleagues, staff.id, (name, summary) => this.#settled(name, summary));
    this.#alerts = new Alerts(this.#preferences, (id) => this.#go(id));
    this.#screen = new Screen({
      ...known,
      me: staff,
      outbox: this.#outbox,
      writing: this.#writing,
      socket: this.#socket,
      alerts: this.#alerts,
    });
    const records = new TurnRecords(api, (turn) => this.#view.conversation.drawWhy(turn));
    const names = (/** @type {unknown} */ id) => this.#colleagues.name(id);
    this.#view = new ConsoleView({ root, bar, staff, records, names, now }, this);
  }

  start() {
    new Shortcuts(keysOf(this), this.#preferences);
    addEventListener("hashchange", () => this.#follow());
    document.addEventListener("visibilitychange", () => this.#markRead());
    addEventListener("focus", () => this.#markRead());
    setInterval(() => this.#tick(), TICK_MS);
    this.#socket.start();
    void this.#colleagues.learn();
    void this.#feed.readInbox();
    this.#follow();
    this.#outbox.flush();
  }

  // Lists

  /** @param {Tab} tab */
  chooseTab(tab) {
    this.#screen.tab = tab;
    if (tab === "all") void this.#history.search();
    this.#planDraw();
  }

  /** @param {{ query?: string, status?: Status | "" }} wish */
  search(wish) {
    void this.#history.search(wish);
  }

  showMore() {
    if (this.#screen.tab === "all") void this.#history.more();
    else this.#planDraw();
  }

  readListAgain() {
    if (this.#screen.tab === "all") void this.#history.search();
    else void this.#feed.readInbox();
  }

  find() {
    this.chooseTab("all");
    this.#draw();
    this.#view.list.focusSearch();
  }

  /** @param {1 | -1} step */
  moveInList(step) {
    this.#view.list.move(step);
  }

  // Going to a conversation and back

  /** @returns {boolean} whether there was somewhere to go back from */
  back() {
    const left = this.#screen.open;
    if (!left) return false;
    history.pushState(null, "", location.pathname);
    this.#follow();
    this.#draw();
    this.#view.list.focus(left);
    return true;
  }

  /** Out of what lies on top. */
  leave() {
    if (!this.#screen.isBriefingOpen) return this.back();
    this.toggleBriefing();
    return true;
  }

  readConversationAgain() {
    if (this.#screen.open) void this.#enter(this.#screen.open);
  }

  toggleBriefing() {
    this.#screen.isBriefingOpen = !this.#screen.isBriefingOpen;
    this.#draw();
    this.#view.focusBriefing(this.#screen.isBriefingOpen);
  }

  // Acting on it

  /** @param {ActionName} name */
  async act(name) {
    const { summary, running } = this.#screen;
    if (!summary || running || !actionsFor(summary, this.#me).some((action) => action.name === name)) return;
    this.#screen.running = name;
    this.#complain("");
    if (GIVES_THE_PEN.has(name)) this.#takePen(); // at once: what is typed now must not be read as single keys
    try {
      await this.#commands.run(name, summary);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#complain(error.detail);
      this.#transcripts.find(summary.id)?.refreshSoon();
      void this.#feed.readInbox();
    }
    this.#screen.running = null;
    this.#planDraw();
  }

  takeOrReopen() {
    void this.act(this.#screen.summary?.status === "resolved" ? "reopen" : "take");
  }

  dismissNotice() {
    this.#complain("");
  }

  // Writing

  /** @param {Mode} mode @returns {boolean} whether that can be written here */
  compose(mode) {
    const { summary } = this.#screen;
    if (!summary || !modesFor(summary, this.#writing.mode(summary)).includes(mode)) return false;
    this.#writing.choose(summary.id, mode);
    this.#draw();
    this.#view.conversation.composer.focus();
    return true;
  }

  beginWriting() {
    if (this.#screen.summary) this.#writing.begin(this.#screen.summary);
  }

  /** @param {string} text */
  write(text) {
    if (this.#screen.summary) this.#writing.write(this.#screen.summary, text);
  }

  /** @param {string} text */
  send(text) {
    if (this.#screen.summary) this.#writing.send(this.#screen.summary, text);
    this.#draw();
    this.#view.conversation.toEnd();
  }

  /** @param {string} text */
  insert(text) {
    if (!this.compose("message")) return;
    this.#view.conversation.composer.insert(text);
    this.#screen.isBriefingOpen = false;
    this.#planDraw();
  }

  /** @returns {boolean} whether there is one */
  insertSuggestion() {
    const suggested = this.#screen.transcript?.briefing?.suggested_reply;
    if (suggested) this.insert(suggested.text);
    return Boolean(suggested);
  }

  /** @param {string} clientId */
  sendAgain(clientId) {
    this.#outbox.retry(clientId);
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.#outbox.remove(clientId);
  }

  /** @param {string} clientId */
  edit(clientId) {
    this.#writing.takeBack(clientId);
    this.#draw();
    this.#view.conversation.composer.focus();
  }

  // The bar

  togglePresence() {
    const wanted = this.#screen.presence === "available" ? "away" : "available";
    if (!this.#socket.presence(wanted)) return;
    this.#showPresence(wanted);
    this.#say(wanted === "available" ? "You are available." : "You are away. Nothing is offered to you.");
  }

  async toggleAlerts() {
    this.#say(await this.#alerts.toggle());
    this.#planDraw();
  }

  help() {
    new HelpDialog(this.#preferences).open();
  }

  connectNow() {
    this.#socket.retryNow();
  }

  // What follows from it

  #follow() {
    const id = decodeURIComponent(location.hash.slice(1)) || null;
    const left = this.#screen.open;
    if (id === left) return;
    if (left) this.#socket.unwatch(left);
    this.#writing.rest();
    this.#seenSeq = 0;
    this.#screen.turnTo(id);
    if (id) void this.#enter(id);
    this.#planDraw();
  }

  /** @param {string} id */
  async #enter(id) {
    const transcript = this.#transcripts.get(id, this.#inbox.get(id) ?? this.#history.get(id));
    await transcript.load();
    if (this.#screen.open !== id) return;
    this.#socket.watch(id, () => transcript.lastSeq);
    this.#markRead();
  }

  /** @param {string} id */
  #go(id) {
    location.hash = id;
  }

  #markRead() {
    const { transcript } = this.#screen;
    if (!transcript || document.hidden || !document.hasFocus() || transcript.lastSeq <= this.#seenSeq) return;
    this.#seenSeq = transcript.lastSeq;
    this.#socket.read(transcript.id, transcript.lastSeq);
    const summary = this.#inbox.get(transcript.id);
    if (summary?.unread) this.#inbox.put({ ...summary, unread: 0 });
    this.#planDraw();
  }

  /** @param {Link} link */
  #linked(link) {
    if (link.state === "live") {
      void this.#feed.readInbox();
      if (this.#screen.tab === "all") void this.#history.search();
      this.#screen.transcript?.refreshSoon();
      this.#outbox.flush();
    }
    this.#planDraw();
  }

  /** @param {ActionName} name @param {Summary} summary */
  async #settled(name, summary) {
    this.#say(DONE[name]);
    await this.#transcripts.find(summary.id)?.tryRefresh();
  }

  #takePen() {
    if (!this.#view.conversation.composer.hasFocus) this.compose("message");
  }

  /** @param {Item} item @param {number} seq */
  #stored(item, seq) {
    this.#transcripts.find(item.conversation)?.confirm(item, seq);
    this.#planDraw();
  }

  /** @param {Summary} summary */
  #announce(summary) {
    const name = visitorName(summary.visitor);
    const why = whyWaiting(summary);
    this.#say(`${name} is waiting for a person. ${why}`);
    this.#alerts.announce(summary.id, `${name} is waiting`, [summary.first_line, why].filter(Boolean).join("\n"));
  }

  /** @param {Presence | null} state */
  #showPresence(state) {
    this.#screen.presence = state;
    this.#planDraw();
  }

  /** @param {string} message */
  #complain(message) {
    this.#screen.notice = message;
    this.#planDraw();
  }

  /** @param {string} text */
  #say(text) {
    this.#view.announcer.say(text);
  }

  #tick() {
    this.#writing.rest(true);
    this.#planDraw();
  }

  #planDraw() {
    if (this.#isDrawPlanned) return;
    this.#isDrawPlanned = true;
    queueMicrotask(() => this.#draw());
  }

  #draw() {
    this.#isDrawPlanned = false;
    this.#view.draw(this.#screen.model());
  }
}

function socketUrl() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/agent`;
}
