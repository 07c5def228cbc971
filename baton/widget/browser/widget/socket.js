// @ts-check
// The connection: opens, says hello, opens again after a cut. What the frames mean is not its business.

/** @typedef {import("../types").Frame} Frame */

const PATIENCE = 10000;
/** The longest wait between two tries, half as much more or less by chance. */
const LONGEST = 4000;

/** Close codes that ask for a wait of their own, in milliseconds. */
const WAITS = /** @type {Record<number, number>} */ ({ 1012: 1000, 1013: 15000 });

export class VisitorSocket {
  #url;
  #handlers;
  /** @type {WebSocket | null} */
  #socket = null;
  #attempts = 0;
  #timer = 0;
  #watch = 0;
  #running = false;

  /**
   * @param {string} url
   * @param {{ hello(): Frame, receive(frame: Frame): void, lost(code: number, opened: boolean): boolean }} handlers
   *   `lost` says whether to connect again
   */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    addEventListener("online", this.hurry);
    addEventListener("offline", this.resume);
    document.addEventListener("visibilitychange", this.hurry);
    this.#connect();
  }

  stop() {
    this.#running = false;
    removeEventListener("online", this.hurry);
    removeEventListener("offline", this.resume);
    document.removeEventListener("visibilitychange", this.hurry);
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Sends a frame if there is a connection. */
  send(/** @type {Frame} */ frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Gives this connection up and resumes on a new one. */
  resume = () => {
    this.#drop();
    this.#lost(1006, true);
  };

  /** Connects now if it was waiting to. */
  hurry = () => {
    if (this.#socket || !this.#running || document.hidden) return;
    this.#attempts = 0;
    this.#connect();
  };

  /** What was expected has come. */
  settle() {
    clearTimeout(this.#watch);
  }

  /** The connection is of use: the next wait is a short one again. */
  progress() {
    this.#attempts = 0;
  }

  /** Gives the connection up unless what is expected comes in time. */
  expect() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(this.resume, PATIENCE);
  }

  #connect() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.#url, "baton.v1");
    let opened = false;
    this.#socket = socket;
    this.expect();
    socket.onopen = () => {
      opened = true;
      this.send(this.#handlers.hello());
    };
    socket.onmessage = ({ data }) => this.#handlers.receive(JSON.parse(data));
    socket.onclose = ({ code }) => {
      this.#drop();
      this.#lost(code, opened);
    };
  }

  /** Forgets the socket first, so that nothing it still says is heard. */
  #drop() {
    const socket = this.#socket;
    clearTimeout(this.#watch);
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #lost(/** @type {number} */ code, /** @type {boolean} */ opened) {
    clearTimeout(this.#timer);
    if (!this.#running || !this.#handlers.lost(code, opened)) return;
    const wait = WAITS[code] ?? Math.min(LONGEST, 250 * 2 ** this.#attempts);
    this.#attempts++;
    this.#timer = setTimeout(() => this.#connect(), wait * (0.5 + Math.random()));
  }
}
