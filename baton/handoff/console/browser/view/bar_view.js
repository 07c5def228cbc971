// @ts-check
/** @import { Console } from "../console.js" */
/** @import { Presence } from "../types.js" */
import { el, icon, set, write } from "../nodes.js";

/** The console's own part of the page's bar: am I available, am I told, which keys are there. */
export class BarView {
  #presenceWord = el("span");
  #presence;
  #alerts;
  #alertsKey = "";

  /** @param {Pick<Console, "togglePresence" | "toggleAlerts" | "help">} verbs */
  constructor(verbs) {
    this.#presence = el(
      "button",
      {
        class: "button button-quiet presence",
        type: "button",
        role: "switch",
        on: { click: () => verbs.togglePresence() },
      },
      el("span", { class: "presence-dot", "aria-hidden": "true" }),
      this.#presenceWord,
    );
    this.#alerts = el("button", {
      class: "button button-quiet button-icon",
      type: "button",
      on: { click: () => verbs.toggleAlerts() },
    });
    const keys = el(
      "button",
      {
        class: "button button-quiet button-icon keys-help",
        type: "button",
        "aria-label": "Keyboard shortcuts",
        title: "Keyboard shortcuts (?)",
        on: { click: () => verbs.help() },
      },
      icon("help"),
    );
    this.element = el("div", { class: "bar-tools" }, this.#presence, this.#alerts, keys);
  }

  /** @param {{ presence: Presence | null, isLive: boolean, hasAlerts: boolean }} model */
  draw({ presence, isLive, hasAlerts }) {
    const isAvailable = isLive && presence === "available";
    set(this.#presence, "aria-checked", isAvailable ? "true" : "false");
    set(this.#presence, "aria-label", "Available for new conversations");
    set(
      this.#presence,
      "title",
      !isLive
        ? "Nothing is offered to you while the connection is gone."
        : isAvailable
          ? "New conversations are offered to you. Press p to step away."
          : "Nothing is offered to you. Press p when you are back.",
    );
    set(this.#presence, "aria-disabled", isLive ? null : "true");
    write(this.#presenceWord, presence === null || !isLive ? "Connecting" : isAvailable ? "Available" : "Away");
    this.#drawAlerts(hasAlerts);
  }

  /** @param {boolean} isOn */
  #drawAlerts(isOn) {
    const key = String(isOn);
    if (key === this.#alertsKey) return;
    this.#alertsKey = key;
    set(this.#alerts, "aria-pressed", key);
    set(this.#alerts, "aria-label", "Alert me to new conversations");
    set(this.#alerts, "title", isOn ? "Alerts are on: sound and notification" : "Alert me to new conversations");
    this.#alerts.replaceChildren(icon(isOn ? "bell" : "bell-off"));
  }
}
