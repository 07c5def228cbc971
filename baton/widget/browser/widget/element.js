// @ts-check
// <baton-chat>: joins the conversation to its drawing, and both to the page around it.

import { unread } from "./conversation.js";
import { Session } from "./session.js";
import { words } from "./strings.js";
import { CSS } from "./styles.js";
import { Panel, PHONE } from "./view/panel.js";

/** @typedef {import("../types").State} State */
/** @typedef {import("../types").Frame} Frame */

const HOST = new URL(import.meta.url).origin;
const NAMES = ["locale", "hue", "position", "theme", "mode", "identity", "host"];
const AWAY_AFTER = 2000;
const MINUTE = 60000;
const MOMENTS = [1500, 8000];

export class BatonChat extends HTMLElement {
  static observedAttributes = ["open", ...NAMES];

  #hue = new CSSStyleSheet();
  /** @type {Session | null} */
  #session = null;
  /** @type {Panel | null} */
  #panel = null;
  /** @type {number[]} */
  #timers = [];
  #clock = 0;
  #lostAt = 0;
  #frame = 0;
  #unread = 0;
  #status = "";

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet, this.#hue];
  }

  get open() {
    return this.hasAttribute("open");
  }

  set open(value) {
    this.toggleAttribute("open", !!value);
  }

  /** Says something in the visitor's name. */
  send(/** @type {string} */ text) {
    this.#session?.send(text);
  }

  connectedCallback() {
    for (const name of BatonChat.observedAttributes) this.#upgrade(name);
    if (this.#session) return this.#panel?.show(this.open); // moved within the page
    this.#session = new Session(
      this.getAttribute("host") ?? HOST,
      () => this.#about(),
      (state, frame) => this.#changed(state, frame),
    );
    if (this.#session.store.get("open") && !PHONE.matches) this.open = true;
    this.#session.start();
    this.#dress();
    this.#clock = setInterval(() => this.#panel?.refresh(), MINUTE / 2);
    document.addEventListener("visibilitychange", this.#soon);
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#session?.stop();
      this.#session = null;
      this.#panel = null;
      clearInterval(this.#clock);
      this.#timers.forEach(clearTimeout);
      document.removeEventListener("visibilitychange", this.#soon);
    });
  }

  attributeChangedCallback(
    /** @type {string} */ name,
    /** @type {string | null} */ before,
    /** @type {string | null} */ now,
  ) {
    if (before === now || !this.#session) return;
    if (name === "open") this.#toggled();
    else if (name === "identity") this.#session.again();
    else if (name === "locale" || name === "mode") this.#dress();
    else this.#soon();
  }

  /** A property set before the element was defined becomes an attribute after all. */
  #upgrade(/** @type {string} */ name) {
    const own = Object.getOwnPropertyDescriptor(this, name);
    if (!own) return;
    delete (/** @type {any} */ (this)[name]);
    /** @type {any} */ (this)[name] = own.value;
  }

  #locale() {
    const page = /** @type {HTMLElement | null} */ (this.closest("[lang]"));
    return this.getAttribute("locale") || page?.lang || navigator.language || "en";
  }

  #about() {
    const page = { url: location.href.slice(0, 2000), title: plainTitle() };
    return { locale: this.#locale(), page, identity: this.getAttribute("identity") };
  }

  /** Builds the panel in the language of the page. */
  async #dress() {
    const locale = this.#locale();
    const spoken = await words(locale);
    const session = this.#session;
    if (!session || locale !== this.#locale()) return;
    const page = this.getAttribute("mode") === "page";
    this.#panel = new Panel({ ...spoken, host: this.getAttribute("host") ?? HOST, actions: session }, page, {
      draft: session.store.get("draft") ?? "",
      keep: (draft) => session.store.set("draft", draft),
      toggle: (open) => {
        this.open = open;
      },
    });
    this.shadowRoot?.replaceChildren(this.#panel.node);
    this.#panel.show(this.open);
    this.#draw();
    this.#tell("ready");
  }

  #toggled() {
    this.#session?.store.set("open", this.open || null);
    this.#panel?.show(this.open, true);
    this.#draw();
    this.#tell(this.open ? "open" : "close");
  }

  #changed(/** @type {State} */ state, /** @type {Frame | null} */ frame) {
    if (state.link === "live") this.#lostAt = 0;
    else this.#lostAt ||= Date.now();
    if (frame?.type === "event" && frame.kind === "message.added") this.#tell("message", frame);
    if (frame?.type === "error") this.#tell("error", frame);
    if (state.status !== this.#status) this.#tell("status", { status: state.status });
    this.#status = state.status;
    this.#soon();
  }

  /** Draws once for all that changed at one time. */
  #soon = () => {
    this.#frame ||= setTimeout(() => {
      this.#frame = 0;
      this.#draw();
    });
  };

  #draw() {
    const session = this.#session;
    if (!session || !this.#panel) return;
    const now = Date.now();
    if (this.#panel.open && !document.hidden) session.read();
    const { state } = session;
    this.#tint(state);
    this.#count(unread(state));
    this.#panel.draw(state, now, this.#lostAt > 0 && now - this.#lostAt >= AWAY_AFTER, this.#unread);
    this.#drawAgain(state, now);
  }

  /** What is drawn also depends on how long it lasted: draws again at those moments. */
  #drawAgain(/** @type {State} */ { since }, /** @type {number} */ now) {
    this.#timers.forEach(clearTimeout);
    const moments = [this.#lostAt && this.#lostAt + AWAY_AFTER, ...MOMENTS.map((wait) => since && since + wait)];
    this.#timers = moments
      .filter((at) => at && at > now)
      .map((at) => setTimeout(this.#soon, /** @type {number} */ (at) - now + 5));
  }

  #tint(/** @type {State} */ { brand, link }) {
    const hue = Number(this.getAttribute("hue") ?? brand.hue);
    this.#hue.replaceSync(Number.isFinite(hue) ? `:host{--baton-hue:${hue}}` : "");
    this.toggleAttribute("refused", link === "refused");
  }

  #count(/** @type {number} */ count) {
    const title = plainTitle();
    const shown = count && (!this.#panel?.open || document.hidden) ? `(${count}) ${title}` : title;
    if (document.title !== shown) document.title = shown;
    if (count !== this.#unread) this.#tell("unread", { count });
    this.#unread = count;
  }

  #tell(/** @type {string} */ name, /** @type {unknown} */ detail = null) {
    this.dispatchEvent(new CustomEvent(`baton:${name}`, { detail, bubbles: true, composed: true }));
  }
}

for (const name of NAMES) {
  Object.defineProperty(BatonChat.prototype, name, {
    get() {
      return this.getAttribute(name);
    },
    set(value) {
      value == null ? this.removeAttribute(name) : this.setAttribute(name, value);
    },
  });
}

/** The page's title without our count. */
const plainTitle = () => document.title.replace(/^\(\d+\) /, "");
