// @ts-check
/** @import { Presence } from "../types.js" */

const SILENCE_MS = 8_000;
const LOOK_EVERY_MS = 500;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * @typedef {{ state: "connecting" } | { state: "live" } | { state: "lost", heardAt: number, retryAt: number } | { state: "signed_out" }} Link
 */

/**
 * The live connection. The server says that it is alive every four seconds; after eight seconds of silence it counts as
 * lost, whatever the browser believes. Lost connections are made again with growing waits, and go on after the last
 * event that each watched conversation has.
 */
export class AgentSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  #heardAt = 0;
  #openedAt = 0;
  #failures = 0;
  #retryAt = 0;
  #isWelcome = false;
  /** @type {Map<string, () => number>} */
  #watched = new Map();
  /** @type {Link} */
  #link = { state: "connecting" };
  #url;
  #onFrame;
  #onLink;
  #isSignedIn;

  /**
   * @param {string} url
   * @param {{ onFrame: (frame: any) => void, onLink: (link: Link) => void, isSignedIn: () => Promise<boolean> }} ports
   */
  constructor(url, { onFrame, onLink, isSignedIn }) {
    this.#url = url;
    this.#onFrame = onFrame;
    this.#onLink = onLink;
    this.#isSignedIn = isSignedIn;
  }

  get link() {
    return this.#link;
  }

  start() {
    this.#heardAt = Date.now();
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#lose());
    document.addEventListener("visibilitychange", () => document.hidden || this.#look());
    this.#open();
  }

  /** Don't wait for the next try. */
  retryNow() {
    if (this.#link.state !== "lost") return;
    this.#failures = 0;
    this.#retryAt = Date.now();
    this.#look();
  }

  /**
   * Receive a conversation's events from now on.
   * @param {string} conversation
   * @param {() => number} lastSeq the last event that is here already
   */
  watch(conversation, lastSeq) {
    this.#watched.set(conversation, lastSeq);
    this.#send({ type: "watch", conversation, after: lastSeq() });
  }

  /** @param {string} conversation */
  unwatch(conversation) {
    if (this.#watched.delete(conversation)) this.#send({ type: "unwatch", conversation });
  }

  /** @param {string} conversation @param {boolean} on */
  typing(conversation, on) {
    this.#send({ type: "typing", conversation, on });
  }

  /** @param {string} conversation @param {number} seq */
  read(conversation, seq) {
    this.#send({ type: "read", conversation, seq });
  }

  /** @param {Presence} state @returns {boolean} whether it was sent */
  presence(state) {
    return this.#send({ type: "presence", state });
  }

  #open() {
    const socket = new WebSocket(this.#url, ["baton.v1"]);
    this.#socket = socket;
    this.#openedAt = Date.now();
    this.#isWelcome = false;
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#receive(data));
    socket.addEventListener("close", ({ code }) => socket === this.#socket && this.#closed(code));
  }

  /** @param {string} data */
  #receive(data) {
    this.#heardAt = Date.now();
    const frame = JSON.parse(data);
    if (frame.type === "welcome") this.#welcomed();
    this.#onFrame(frame);
  }

  #welcomed() {
    this.#isWelcome = true;
    this.#failures = 0;
    this.#say({ state: "live" });
    this.#send({ type: "watch", inbox: true });
    for (const [conversation, lastSeq] of this.#watched) this.#send({ type: "watch", conversation, after: lastSeq() });
  }

  /** @param {number} code */
  #closed(code) {
    if (code === 4401) this.#say({ state: "signed_out" });
    else this.#lose(code === 1012);
  }

  #lose(isRestart = false) {
    if (this.#link.state === "signed_out") return;
    const wasWelcome = this.#isWelcome;
    const socket = this.#socket;
    this.#socket = null;
    this.#isWelcome = false;
    socket?.close();
    const wait = isRestart ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryAt = Date.now() + wait * (0.75 + Math.random() / 2);
    this.#say({ state: "lost", heardAt: this.#heardAt, retryAt: this.#retryAt });
    if (!wasWelcome) void this.#checkSession();
  }

  async #checkSession() {
    if (!(await this.#isSignedIn())) this.#say({ state: "signed_out" });
  }

  /** Called twice a second: is it silent too long, is it time to try again? */
  #look() {
    const now = Date.now();
    if (this.#link.state === "signed_out") return;
    if (this.#socket) {
      const since = this.#isWelcome ? this.#heardAt : this.#openedAt;
      if (now - since > SILENCE_MS) this.#lose();
    } else if (now >= this.#retryAt && navigator.onLine) this.#open();
  }

  /** @param {object} frame */
  #send(frame) {
    if (!this.#isWelcome || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** @param {Link} link */
  #say(link) {
    if (this.#link.state === "signed_out") return;
    this.#link = link;
    this.#onLink(link);
    if (link.state === "signed_out") this.#socket?.close();
  }
}
