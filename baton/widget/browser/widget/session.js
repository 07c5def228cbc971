// @ts-check
// A visitor's side of a conversation: what is known, what was sent and not yet acknowledged, and the way to say more.

import { amend, asking, EMPTY, follow, place, receive } from "./conversation.js";
import { VisitorSocket } from "./socket.js";
import { Store } from "./store.js";

/** @typedef {import("../types").State} State */
/** @typedef {import("../types").Entry} Entry */
/** @typedef {import("../types").Frame} Frame */
/** @typedef {import("../types").Actions} Actions */

const POLICY = 1008;
const TOO_LARGE = 1009;
const TOKEN_REFUSED = 4401;
const TYPING_EVERY = 3000;
/** After so long another tab's frame is sent from here: that tab may be gone. */
const ADOPT_AFTER = 10000;

/** @implements {Actions} */
export class Session {
  /** @type {State} */
  state = EMPTY;
  store;
  #host;
  #about;
  #tell;
  #socket;
  #unwatch = () => {};
  #flushing = 0;
  #typing = 0;
  #typedAt = 0;
  #heldUntil = 0;
  #probed = false;
  #greeted = false;
  /** The token of the last hello. @type {string | null} */
  #token = null;
  /** The entry whose acknowledgement is awaited: one at a time keeps their order. @type {Entry | undefined} */
  #sent;
  /** Entries that this tab may send. @type {Set<string>} */
  #own = new Set();

  /**
   * @param {string} host origin of the Baton server
   * @param {() => object} about what `hello` says of page, language and identity
   * @param {(state: State, frame: Frame | null) => void} tell called after every change
   */
  constructor(host, about, tell) {
    this.#host = host;
    this.#about = about;
    this.#tell = tell;
    this.store = new Store(host);
    this.#socket = new VisitorSocket(`${host.replace(/^http/, "ws")}/ws/visitor`, {
      hello: () => this.#hello(),
      receive: (frame) => this.#receive(frame),
      lost: (code, opened) => this.#lost(code, opened),
    });
  }

  start() {
    this.#recall(this.store.get("conversation"));
    this.#unwatch = this.store.watch((key) => this.#changedElsewhere(key));
    this.#socket.start();
  }

  stop() {
    this.#unwatch();
    this.#socket.stop();
  }

  /** Connects again after a refusal, or as somebody else. */
  again = () => {
    this.#socket.stop();
    this.#set({ link: "connecting" });
    this.#socket.start();
  };

  send(/** @type {string} */ text) {
    this.typing(false);
    this.#queue("message.send", { text });
  }

  askPerson = () => asking(this.state) || this.#queue("handoff.request");

  cancelPerson = () => this.#queue("handoff.cancel");

  startNew = () => this.#queue("conversation.new");

  feedback(/** @type {number} */ seq, /** @type {boolean} */ helpful) {
    this.#give({ feedback: { ...this.state.given.feedback, [seq]: helpful } }, "feedback.send", { seq, helpful });
  }

  rate(/** @type {number} */ score) {
    this.#give({ rating: score }, "rating.send", { score });
  }

  contact(/** @type {string} */ email, /** @type {string} */ name) {
    this.#give({ contact: email }, "contact.send", { email, name });
  }

  /** Sends a refused message again. */
  retry(/** @type {string} */ id) {
    this.#own.add(id);
    this.#set({ outbox: amend(this.state, id, { failed: undefined }) });
    this.#keepEntry(id);
    this.#flush();
  }

  /** Everything so far was seen. */
  read() {
    const { events, last, read, conversation } = this.state;
    const unseen = events.some(({ seq, author }) => seq > read && author.kind !== "visitor");
    if (!unseen || !this.#socket.send({ type: "read", seq: last })) return;
    this.store.set("read", { [conversation ?? ""]: last });
    this.#set({ read: last });
  }

  typing(/** @type {boolean} */ on) {
    const now = Date.now();
    clearTimeout(this.#typing);
    if (on) this.#typing = setTimeout(() => this.typing(false), TYPING_EVERY + 1000);
    if (on ? now - this.#typedAt < TYPING_EVERY : !this.#typedAt) return;
    this.#typedAt = on ? now : 0;
    this.#socket.send({ type: "typing", on });
  }

  #hello() {
    const conversation = this.store.get("conversation");
    if (conversation !== this.state.conversation) this.#recall(conversation);
    this.#token = this.store.get("token");
    this.#greeted = false;
    return { type: "hello", token: this.#token, conversation, after: this.state.last, ...this.#about() };
  }

  #receive(/** @type {Frame} */ frame) {
    if (frame.type === "welcome" && !this.#accepts(frame)) return;
    if (frame.type === "event" && !this.#follows(frame)) return;
    if (frame.type === "error" && this.#answers(frame)) return;
    this.#set(receive(this.state, frame, Date.now()), frame);
    if (frame.type === "welcome") this.#welcomed(frame);
    if (frame.type === "event") {
      this.#socket.progress();
      this.#keepConversation();
    }
    this.#acknowledged(frame.client_id ?? (frame.type === "event" && frame.body?.client_id));
  }

  /** Whether this is the visitor and the log we meant; otherwise asks again. */
  #accepts(/** @type {Frame} */ { token, conversation, last_seq }) {
    const { state, store } = this;
    const known = store.get("token");
    const otherTabWasFirst = !this.#token && known && known !== token;
    const wentBack = conversation === state.conversation && last_seq < state.last;
    if (wentBack) this.#set(follow(state, null));
    if (wentBack || otherTabWasFirst) this.#socket.resume();
    return !wentBack && !otherTabWasFirst;
  }

  #welcomed(/** @type {Frame} */ { token, conversation, last_seq }) {
    const { store } = this;
    this.#greeted = true;
    this.#socket.settle();
    store.set("token", token);
    if (last_seq) this.#keepConversation();
    if (this.#sent?.frame.type === "conversation.new") {
      if (!last_seq) store.set("conversation", null);
      this.#forget(this.#sent.id);
    }
    this.#sent = undefined;
    this.#recall(conversation);
    for (const { id } of this.state.outbox) this.#own.add(id);
    this.#flush();
  }

  /** Whether an event is the next one; if one before it was lost, asks for everything after the last known. */
  #follows(/** @type {Frame} */ event) {
    const where = place(this.state, event);
    if (where === "gap") this.#socket.resume();
    return where === "next";
  }

  /** Whether a refusal is dealt with here: a conversation that is gone, a pause that is asked for. */
  #answers(/** @type {Frame} */ { code, client_id, retry_after }) {
    if (code === "not_found" && !this.#greeted && this.state.conversation) {
      this.store.set("conversation", null);
      return this.#socket.send(this.#hello());
    }
    if (!client_id || !retry_after) return false;
    this.#socket.settle();
    this.#sent = undefined;
    this.#heldUntil = Date.now() + retry_after * 1000;
    this.#flushLater(retry_after * 1000);
    return true;
  }

  #acknowledged(/** @type {string | undefined} */ id) {
    if (!id) return;
    if (id === this.#sent?.id) {
      this.#socket.settle();
      this.#socket.progress();
      this.#sent = undefined;
    }
    this.#keepEntry(id);
    this.#keepGiven(this.state.given);
    this.#flush();
  }

  /** @returns {boolean} whether to connect again */
  #lost(/** @type {number} */ code, /** @type {boolean} */ opened) {
    if (code === TOO_LARGE && this.#sent) this.#fail(this.#sent.id, "too_large");
    if (code === TOKEN_REFUSED && this.#token === this.store.get("token")) {
      for (const key of ["token", "conversation"]) this.store.set(key, null);
    }
    this.#sent = undefined;
    if (!opened) this.#probe();
    this.#set({ link: code === POLICY ? "stopped" : "lost", stream: null, typing: null, working: null });
    return code !== POLICY;
  }

  /** A browser hides why a handshake failed, so the server is asked once whether it refuses this site. */
  async #probe() {
    if (this.#probed) return;
    this.#probed = true;
    const asked = fetch(`${this.#host}/widget/check`).then((response) => response.json());
    const answer = await asked.catch(() => null);
    if (answer?.allowed !== false) return;
    console.error(
      `The chat is not allowed on ${location.origin}. To allow it, add to Baton's config.yaml: ${answer.add}`,
    );
    this.#socket.stop();
    this.#set({ link: "refused" });
  }

  /** Queues a frame that has to be acknowledged; it leaves as soon as it can, once, in order. */
  #queue(/** @type {string} */ type, fields = {}) {
    const id = this.store.nextId();
    const entry = { id, at: Date.now(), frame: { type, client_id: id, ...fields } };
    this.#own.add(id);
    this.store.set(`out:${id}`, entry);
    this.#set({ outbox: [...this.state.outbox, entry], refusal: null });
    this.#flush();
  }

  /** Queues what the visitor gives, and remembers it. @param {import("../types").Given} given */
  #give(given, /** @type {string} */ type, /** @type {object} */ fields) {
    this.#keepGiven({ ...this.state.given, ...given });
    this.#queue(type, fields);
  }

  #flush() {
    const { link, outbox } = this.state;
    const now = Date.now();
    if (link === "lost") this.#socket.hurry();
    if (link !== "live" || this.#sent || now < this.#heldUntil) return;
    const next = outbox.find(
      ({ id, at, seq, failed }) => !seq && !failed && (this.#own.has(id) || now - at >= ADOPT_AFTER),
    );
    if (!next || !this.#socket.send(next.frame)) return;
    this.#sent = next;
    this.#socket.expect();
  }

  #flushLater(/** @type {number} */ wait) {
    clearTimeout(this.#flushing);
    this.#flushing = setTimeout(() => this.#flush(), wait);
  }

  #fail(/** @type {string} */ client_id, /** @type {string} */ code) {
    this.#set(receive(this.state, { type: "error", client_id, code }, Date.now()));
    this.#keepEntry(client_id);
  }

  #changedElsewhere(/** @type {string} */ key) {
    const conversation = this.store.get("conversation");
    if (key === "conversation" && conversation && conversation !== this.state.conversation) this.#socket.resume();
    if (key === "read" || key === "given") this.#recall(this.state.conversation);
    if (!key.startsWith("out:")) return;
    const entry = this.store.get(key);
    this.#set({
      outbox: this.state.outbox.flatMap((mine) => {
        if (mine.id !== key.slice(4)) return [mine];
        return entry ? [entry] : mine.frame.type === "message.send" ? [{ seq: 1, ...mine }] : [];
      }),
    });
    this.#recall(this.state.conversation);
    this.#flushLater(ADOPT_AFTER);
  }

  /** Takes from the store what it holds of a conversation, and everything still to be sent. */
  #recall(/** @type {string | null} */ conversation) {
    const { store } = this;
    const kept = follow(this.state, conversation);
    const ids = new Set([...kept.outbox.map(({ id }) => id), ...kept.events.map(({ body }) => body?.client_id)]);
    this.#set({
      ...kept,
      read: Math.max(kept.read, store.get("read")?.[conversation ?? ""] ?? 0),
      given: store.get("given")?.[conversation ?? ""] ?? kept.given,
      outbox: [...kept.outbox, ...store.outbox().filter(({ id }) => !ids.has(id))].sort((a, b) =>
        a.id < b.id ? -1 : 1,
      ),
    });
  }

  #keepConversation() {
    const { conversation } = this.state;
    if (conversation !== this.store.get("conversation")) this.store.set("conversation", conversation);
  }

  #keepEntry(/** @type {string} */ id) {
    const entry = this.state.outbox.find((entry) => entry.id === id);
    this.store.set(`out:${id}`, entry?.seq ? null : entry);
  }

  #forget(/** @type {string} */ id) {
    this.store.set(`out:${id}`, null);
    this.#set({ outbox: this.state.outbox.filter((entry) => entry.id !== id) });
  }

  #keepGiven(/** @type {import("../types").Given} */ given) {
    this.#set({ given });
    this.store.set("given", { [this.state.conversation ?? ""]: given });
  }

  #set(/** @type {Partial<State>} */ change, /** @type {Frame | null} */ frame = null) {
    this.state = { ...this.state, ...change };
    this.#tell(this.state, frame);
  }
}
