// @ts-check
/** @import { ActionName } from "./actions.js" */
/** @import { LogEvent, Mode, Presence, Staff, Summary } from "./types.js" */
/** @import { Link } from "./network/agent_socket.js" */
/** @import { Item } from "./state/outbox.js" */
/** @import { Tab } from "./view/inbox_view.js" */
import { actionsFor, mayReply, modesFor } from "./actions.js";
import { Alerts } from "./alerts.js";
import { Clock } from "./clock.js";
import { Commands } from "./commands.js";
import { AgentSocket } from "./network/agent_socket.js";
import { Api } from "./network/api.js";
import { Problem } from "./network/problem.js";
import { Shortcuts } from "./shortcuts.js";
import { Drafts } from "./state/drafts.js";
import { History } from "./state/history.js";
import { Inbox, lastAt } from "./state/inbox.js";
import { Outbox } from "./state/outbox.js";
import { Preferences } from "./state/preferences.js";
import { Transcripts } from "./state/transcripts.js";
import { TurnRecords } from "./state/turn_records.js";
import { Announcer } from "./view/announcer.js";
import { BarView } from "./view/bar_view.js";
import { BriefingView } from "./view/briefing_view.js";
import { ConversationView } from "./view/conversation_view.js";
import { HelpDialog } from "./view/help_dialog.js";
import { InboxView } from "./view/inbox_view.js";
import { LinkBanner } from "./view/link_banner.js";
import { reasonWords, visitorName } from "./words.js";

const TICK_MS = 1_000;
const TYPING_REST_MS = 4_000;

/** @type {Record<ActionName, string>} */
const DONE = {
  accept: "You have it. The visitor sees your name.",
  decline: "You passed on it. It stays in the queue for others.",
  take: "You have it. The assistant is silent now.",
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
  /** @type {Map<string, Mode>} */
  #modes = new Map();
  #notice = "";
  /** @type {ActionName | null} */
  #running = null;
  #isBriefingOpen = false;
  #isDrawPlanned = false;
  #typingUntil = 0;
  #seenSeq = 0;

  /**
   * @param {{ root: HTMLElement, bar: HTMLElement, staff: Staff, csrf: string }} page
   */
  constructor({ root, bar, staff, csrf }) {
    const now = () => this.#clock.now();
    const changed = () => this.#planDraw();
    this.#root = root;
    this.#me = staff;
    this.#api = new Api(csrf);
    this.#inbox = new Inbox(staff.id, now);
    this.#history = new History(this.#api, changed);
    this.#transcripts = new Transcripts(this.#api, changed);
    this.#records = new TurnRecords(this.#api, (turn) => this.#conversation.drawWhy(turn));
    this.#drafts = new Drafts(staff.id, localStorage);
    this.#outbox = new Outbox(staff.id, localStorage, this.#api, { changed, stored: (item, seq) => this.#stored(item, seq) });
    this.#commands = new Commands(this.#api, staff.id, (name, summary) => this.#settled(name, summary));
    this.#alerts = new Alerts(this.#preferences, (id) => this.#go(id));
    this.#socket = new AgentSocket(socketUrl(), { onFrame: (frame) => this.#receive(frame), onLink: (link) => this.#linked(link), isSignedIn: () => this.#isSignedIn() });
    this.#bar = new BarView({ presence: () => this.#togglePresence(), alerts: () => this.#toggleAlerts(), help: () => this.#help() });
    this.#banner = new LinkBanner(() => this.#socket.retryNow());
    this.#list = new InboxView({ choose: (tab) => this.#choose(tab), search: (wish) => this.#history.search(wish), more: () => this.#more(), retry: () => this.#reload() });
    this.#briefing = new BriefingView({ insert: (text) => this.#insert(text), close: () => this.#toggleBriefing(false) });
    this.#conversation = new ConversationView(staff, this.#records, now, this.#conversationPorts());
    bar.append(this.#bar.element);
    root.replaceChildren(this.#banner.element, this.#list.element, this.#conversation.element, this.#briefing.element, this.#announcer.element);
  }

  #root;
  #me;
  #api;
  #inbox;
  #history;
  #transcripts;
  #records;
  #drafts;
  #outbox;
  #commands;
  #alerts;
  #socket;
  #bar;
  #banner;
  #list;
  #briefing;
  #conversation;
  #announcer = new Announcer();

  start() {
    new Shortcuts(this.#keys(), this.#preferences);
    addEventListener("hashchange", () => this.#follow());
    document.addEventListener("visibilitychange", () => this.#markRead());
    addEventListener("focus", () => this.#markRead());
    setInterval(() => this.#planDraw(), TICK_MS);
    this.#socket.start();
    void this.#readInbox();
    this.#follow();
    this.#outbox.flush();
  }

  // What comes from the network

  /** @param {any} frame */
  #receive(frame) {
    switch (frame.type) {
      case "welcome":
        this.#presence = frame.presence ?? null;
        break;
      case "alive":
        this.#clock.heard(frame.at);
        return;
      case "inbox":
        this.#changedSummary(frame.conversation);
        break;
      case "event":
        this.#happened(frame);
        break;
      case "error":
        this.#notice = frame.message ?? "";
        break;
      default:
        this.#went(frame);
    }
    this.#planDraw();
  }

  /** What is going on in a conversation now. @param {any} frame */
  #went(frame) {
    const transcript = this.#transcripts.find(frame.conversation);
    if (!transcript) return;
    if (frame.type === "state") transcript.state(frame);
    else if (frame.type === "stream") transcript.streamed(frame);
    else if (frame.type === "typing") transcript.isVisitorTyping = frame.on && kindOf(frame.author) === "visitor";
    else if (frame.type === "read" && kindOf(frame.author) === "visitor") transcript.visitorRead = frame.seq;
  }

  /** @param {LogEvent} event */
  #happened(event) {
    const transcript = this.#transcripts.find(event.conversation);
    if (!transcript?.receive(event)) return;
    if (event.kind !== "message.added" && event.conversation === this.#open) void this.#refresh();
    this.#markRead();
  }

  /** @param {Summary} summary */
  #changedSummary(summary) {
    const known = this.#inbox.loading === "ready";
    const began = this.#inbox.put(summary);
    this.#history.put(summary);
    this.#transcripts.find(summary.id)?.summarized(summary);
    if (began && known) this.#announce(summary);
  }

  /** @param {Summary} summary */
  #announce(summary) {
    const name = visitorName(summary.visitor);
    const why = reasonWords(summary.handoff?.reason);
    this.#announcer.say(`${name} is waiting for a person. ${why}`);
    this.#alerts.announce(summary.id, `${name} is waiting`, [summary.first_line, why].filter(Boolean).join("\n"));
  }

  /** @param {Link} link */
  #linked(link) {
    if (link.state === "live") {
      void this.#readInbox();
      void this.#refresh();
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
      const [waiting, held] = await Promise.all([this.#api.get("/conversations", { status: "waiting_for_agent", limit: 500 }), this.#api.get("/conversations", { status: "with_agent", limit: 500 })]);
      this.#inbox.fill([...waiting.items, ...held.items]);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#inbox.fail(error.detail);
    }
    this.#planDraw();
  }

  /** Read the open conversation's summary and briefing anew; when that fails, what is known stays. */
  async #refresh() {
    try {
      await this.#transcripts.find(this.#open)?.refresh();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  #reload() {
    if (this.#tab === "all") void this.#history.search();
    else void this.#readInbox();
  }

  // Which conversation is open

  #follow() {
    const id = decodeURIComponent(location.hash.slice(1)) || null;
    if (id === this.#open) return;
    if (this.#open) this.#leave(this.#open);
    this.#open = id;
    this.#notice = "";
    this.#seenSeq = 0;
    this.#isBriefingOpen = false;
    if (id) void this.#enter(id);
    this.#planDraw();
  }

  /** @param {string} id */
  #leave(id) {
    this.#stopTyping(id);
    this.#socket.unwatch(id);
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
    history.pushState(null, "", location.pathname);
    this.#follow();
    this.#draw();
    this.#list.move(1);
    return true;
  }

  #markRead() {
    const transcript = this.#transcripts.find(this.#open);
    if (!transcript || document.hidden || !document.hasFocus() || transcript.lastSeq <= this.#seenSeq) return;
    this.#seenSeq = transcript.lastSeq;
    this.#socket.read(transcript.id, transcript.lastSeq);
    const summary = this.#inbox.get(transcript.id);
    if (summary?.unread) this.#inbox.put({ ...summary, unread: 0 });
  }

  // What the agent does

  /** @param {ActionName} name */
  async #act(name) {
    const summary = this.#transcripts.find(this.#open)?.summary;
    if (!summary || this.#running || !actionsFor(summary, this.#me).some((action) => action.name === name)) return;
    this.#running = name;
    this.#notice = "";
    this.#planDraw();
    try {
      await this.#commands.run(name, summary);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#notice = error.detail;
      void this.#refresh();
      void this.#readInbox();
    }
    this.#running = null;
    this.#planDraw();
  }

  /** @param {ActionName} name @param {Summary} summary */
  #settled(name, summary) {
    this.#announcer.say(DONE[name]);
    if (name === "accept" || name === "take") this.#modes.set(summary.id, "message");
    void this.#refresh().then(() => {
      if (name === "accept" || name === "take") this.#compose("message");
    });
  }

  /** @param {Mode} mode */
  #write(mode) {
    if (!this.#open) return;
    this.#modes.set(this.#open, mode);
    this.#draw();
    this.#conversation.composer.focus();
  }

  /** @param {Mode} mode @returns {boolean} */
  #compose(mode) {
    const summary = this.#transcripts.find(this.#open)?.summary;
    if (!summary || !modesFor(summary).includes(mode)) return false;
    this.#write(mode);
    return true;
  }

  /** @param {string} text */
  #send(text) {
    const id = this.#open;
    if (!id) return;
    const mode = this.#modeOf(id);
    this.#drafts.write(id, mode, "");
    this.#stopTyping(id);
    this.#outbox.send(id, mode, text);
    this.#draw();
  }

  /** @param {Item} item @param {number} seq */
  #stored(item, seq) {
    this.#transcripts.find(item.conversation)?.confirm(item, seq);
    this.#planDraw();
  }

  /** @param {string} clientId */
  #edit(clientId) {
    const item = this.#outbox.remove(clientId);
    if (!item) return;
    const draft = this.#drafts.read(item.conversation, item.mode);
    this.#drafts.write(item.conversation, item.mode, [item.text, draft].filter(Boolean).join("\n\n"));
    this.#compose(item.mode);
  }

  /** @param {string} text */
  #insert(text) {
    if (!this.#compose("message")) return;
    this.#conversation.composer.insert(text);
    if (matchMedia("(max-width: 1179px)").matches) this.#toggleBriefing(false);
  }

  /** @param {string} text */
  #written(text) {
    const id = this.#open;
    if (!id) return;
    const mode = this.#modeOf(id);
    this.#drafts.write(id, mode, text);
    if (mode === "message" && text.trim() && Date.now() > this.#typingUntil) {
      this.#typingUntil = Date.now() + TYPING_REST_MS;
      this.#socket.typing(id, true);
    }
    if (!text.trim()) this.#stopTyping(id);
  }

  /** @param {string} id */
  #stopTyping(id) {
    if (!this.#typingUntil) return;
    this.#typingUntil = 0;
    this.#socket.typing(id, false);
  }

  #togglePresence() {
    const wanted = this.#presence === "available" ? "away" : "available";
    if (!this.#socket.presence(wanted)) return;
    this.#presence = wanted;
    this.#announcer.say(wanted === "available" ? "You are available." : "You are away. Nothing is offered to you.");
    this.#planDraw();
  }

  async #toggleAlerts() {
    this.#announcer.say(await this.#alerts.toggle());
    this.#planDraw();
  }

  #help() {
    new HelpDialog(this.#preferences).open();
  }

  /** @param {boolean} [on] */
  #toggleBriefing(on = !this.#isBriefingOpen) {
    this.#isBriefingOpen = on;
    this.#draw();
    if (on) this.#briefing.element.focus();
    else if (this.#briefing.element.contains(document.activeElement)) this.#conversation.focusTranscript();
  }

  /** @param {Tab} tab */
  #choose(tab) {
    this.#tab = tab;
    if (tab === "all" && this.#history.items.length === 0) void this.#history.search();
    this.#planDraw();
  }

  #more() {
    if (this.#tab === "all") void this.#history.more();
    this.#planDraw();
  }

  // What is drawn

  #planDraw() {
    if (this.#isDrawPlanned) return;
    this.#isDrawPlanned = true;
    queueMicrotask(() => {
      this.#isDrawPlanned = false;
      this.#draw();
    });
  }

  #draw() {
    const waiting = this.#inbox.waiting();
    const mine = this.#inbox.mine();
    const transcript = this.#transcripts.find(this.#open);
    if (this.#typingUntil && Date.now() > this.#typingUntil && this.#open) this.#stopTyping(this.#open);
    document.title = `${waiting.length ? `(${waiting.length}) ` : ""}Console · Baton`;
    this.#root.dataset.view = this.#open ? "conversation" : "list";
    this.#root.dataset.briefing = this.#isBriefingOpen ? "open" : "closed";
    this.#bar.draw({ presence: this.#presence, isLive: this.#socket.link.state === "live", hasAlerts: this.#alerts.isOn });
    this.#banner.draw(this.#socket.link, this.#outbox.all.filter(({ state }) => state !== "failed").length);
    this.#list.draw(this.#listModel(waiting, mine));
    this.#conversation.draw({
      transcript,
      pending: transcript ? [...transcript.confirmed.map(({ item }) => item), ...this.#outbox.of(transcript.id).filter(({ clientId }) => !transcript.has(clientId))] : [],
      mode: transcript ? this.#modeOf(transcript.id) : "message",
      text: transcript ? this.#drafts.read(transcript.id, this.#modeOf(transcript.id)) : "",
      notice: this.#notice,
      running: this.#running,
      isBriefingOpen: this.#isBriefingOpen,
    });
    this.#briefing.draw(transcript?.summary ?? null, transcript?.briefing ?? null);
  }

  /** @param {Summary[]} waiting @param {Summary[]} mine */
  #listModel(waiting, mine) {
    const isAll = this.#tab === "all";
    const source = isAll ? this.#history : this.#inbox;
    return {
      tab: this.#tab,
      counts: { waiting: waiting.length, mine: mine.length },
      items: isAll ? this.#history.items : this.#tab === "mine" ? mine : waiting,
      loading: source.loading,
      problem: source.problem,
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
      hasDraft: this.#drafts.has(summary.id),
    };
  }

  /** What the composer writes: as chosen, else a reply where one can be sent, else a note where nobody waits for one. @param {string} id @returns {Mode} */
  #modeOf(id) {
    const summary = this.#transcripts.find(id)?.summary;
    const chosen = this.#modes.get(id);
    if (chosen && (!summary || modesFor(summary).includes(chosen))) return chosen;
    return !summary || mayReply(summary, this.#me) || summary.status === "waiting_for_agent" ? "message" : "note";
  }

  #conversationPorts() {
    return {
      act: (/** @type {ActionName} */ name) => void this.#act(name),
      choose: (/** @type {Mode} */ mode) => this.#write(mode),
      write: (/** @type {string} */ text) => this.#written(text),
      send: (/** @type {string} */ text) => this.#send(text),
      back: () => void this.#back(),
      briefing: () => this.#toggleBriefing(),
      reload: () => void (this.#open && this.#enter(this.#open)),
      dismiss: () => {
        this.#notice = "";
        this.#planDraw();
      },
      retry: (/** @type {string} */ id) => this.#outbox.retry(id),
      edit: (/** @type {string} */ id) => this.#edit(id),
      discard: (/** @type {string} */ id) => void this.#outbox.remove(id),
    };
  }

  /** @returns {Record<string, () => unknown>} */
  #keys() {
    return {
      j: () => this.#list.move(1),
      k: () => this.#list.move(-1),
      u: () => this.#back(),
      Escape: () => (this.#isBriefingOpen ? this.#toggleBriefing(false) : this.#back()),
      1: () => this.#choose("waiting"),
      2: () => this.#choose("mine"),
      3: () => this.#choose("all"),
      "/": () => this.#find(),
      a: () => this.#act("accept"),
      d: () => this.#act("decline"),
      t: () => this.#act("take"),
      f: () => this.#act("transfer"),
      b: () => this.#act("return"),
      e: () => this.#act("resolve"),
      r: () => this.#compose("message"),
      n: () => this.#compose("note"),
      w: () => this.#compose("whisper"),
      s: () => this.#insertSuggestion(),
      i: () => this.#toggleBriefing(),
      p: () => this.#togglePresence(),
      "?": () => this.#help(),
    };
  }

  #find() {
    this.#choose("all");
    this.#draw();
    this.#list.focusSearch();
  }

  #insertSuggestion() {
    const suggested = this.#transcripts.find(this.#open)?.briefing?.suggested_reply;
    if (!suggested) return false;
    this.#insert(suggested.text);
    return true;
  }
}

function socketUrl() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/agent`;
}

/** @param {unknown} author a kind, or an author with one */
function kindOf(author) {
  return typeof author === "string" ? author : Object(author).kind;
}
