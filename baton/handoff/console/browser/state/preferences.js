// @ts-check

/** What this browser remembers for the person: alerts wanted, single keys, the briefing shown. */
export class Preferences {
  #store;

  /** @param {Storage} store */
  constructor(store) {
    this.#store = store;
  }

  get wantsAlerts() {
    return this.#store.getItem("baton.alerts") === "on";
  }

  set wantsAlerts(on) {
    this.#store.setItem("baton.alerts", on ? "on" : "off");
  }

  get usesKeys() {
    return this.#store.getItem("baton.keys") !== "off";
  }

  set usesKeys(on) {
    this.#store.setItem("baton.keys", on ? "on" : "off");
  }
}
