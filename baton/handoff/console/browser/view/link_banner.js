// @ts-check
/** @import { Link } from "../network/agent_socket.js" */
import { el, icon, write } from "../nodes.js";
import { counted, duration } from "../words.js";

/** Says plainly that nothing is being received, since when, and what will happen to what is written. */
export class LinkBanner {
  #words = el("span");
  #countdown = el("span", { class: "figures", "aria-hidden": "true" });
  #retry;
  #signIn = el("a", { class: "button", href: "/sign-in?next=/console" }, "Sign in again");
  #icon = icon("offline");

  /** @param {() => void} retry */
  constructor(retry) {
    this.#retry = el("button", { class: "button", type: "button", on: { click: retry } }, "Try now");
    this.element = el("div", { class: "link-banner", role: "alert", hidden: true });
  }

  /** @param {Link} link @param {number} queued how much written text waits */
  draw(link, queued) {
    const isTold = link.state === "lost" || link.state === "signed_out";
    this.element.hidden = !isTold;
    if (!isTold) return;
    if (!this.element.firstChild)
      this.element.append(this.#icon, this.#words, this.#countdown, this.#retry, this.#signIn);
    const waits = queued ? ` ${counted(queued, "message")} will be sent when the connection is back.` : "";
    write(
      this.#words,
      link.state === "lost"
        ? `Not receiving. What you see may be old.${waits}`
        : "You are signed out. What you wrote is kept in this browser.",
    );
    this.#retry.hidden = link.state !== "lost";
    this.#signIn.hidden = link.state !== "signed_out";
    write(this.#countdown, link.state === "lost" ? lostFor(link.heardAt, link.retryAt) : "");
  }
}

/** @param {number} heardAt @param {number} retryAt */
function lostFor(heardAt, retryAt) {
  const wait = Math.ceil((retryAt - Date.now()) / 1000);
  return `Last heard ${duration((Date.now() - heardAt) / 1000)} ago. ${wait > 0 ? `Next try in ${wait} s.` : "Trying now."}`;
}
