// @ts-check
/** @import { Preferences } from "./state/preferences.js" */

/** The two notes, a fifth apart: hertz, seconds after the start. */
const NOTES = [
  { hertz: 587.33, at: 0 },
  { hertz: 880, at: 0.14 },
];
const LOUDNESS = 0.16;
const FADE_SECONDS = 0.5;

/** A sound and a notification for a conversation that begins to wait, when the person has asked for them. */
export class Alerts {
  /** @type {AudioContext | null} */
  #audio = null;
  #preferences;
  #onOpen;

  /**
   * @param {Preferences} preferences
   * @param {(conversation: string) => void} onOpen
   */
  constructor(preferences, onOpen) {
    this.#preferences = preferences;
    this.#onOpen = onOpen;
    if (preferences.wantsAlerts) addEventListener("pointerdown", () => this.#wake(), { once: true });
    if (preferences.wantsAlerts) addEventListener("keydown", () => this.#wake(), { once: true });
  }

  get isOn() {
    return this.#preferences.wantsAlerts;
  }

  /**
   * Turn alerts on or off; on plays the sound once, so that it is known.
   * @returns {Promise<string>} what to tell the person
   */
  async toggle() {
    this.#preferences.wantsAlerts = !this.isOn;
    if (!this.isOn) return "Alerts are off.";
    this.#wake();
    this.#play();
    const permission = "Notification" in window ? await Notification.requestPermission() : "denied";
    return permission === "granted"
      ? "Alerts are on: a sound and a notification for each new conversation."
      : "The sound is on. The browser does not allow notifications for this page; its site settings can.";
  }

  /**
   * @param {string} conversation
   * @param {string} title
   * @param {string} text
   */
  announce(conversation, title, text) {
    if (!this.isOn) return;
    this.#play();
    if (document.hasFocus() || !("Notification" in window) || Notification.permission !== "granted") return;
    const notification = new Notification(title, { body: text, tag: conversation, icon: "/assets/core/mark.svg" });
    notification.onclick = () => {
      window.focus();
      this.#onOpen(conversation);
      notification.close();
    };
  }

  #wake() {
    this.#audio ??= new AudioContext();
    void this.#audio.resume();
  }

  #play() {
    const audio = this.#audio;
    if (!audio || audio.state === "closed") return;
    for (const { hertz, at } of NOTES) this.#note(audio, hertz, audio.currentTime + at);
  }

  /** @param {AudioContext} audio @param {number} hertz @param {number} start */
  #note(audio, hertz, start) {
    const tone = new OscillatorNode(audio, { type: "sine", frequency: hertz });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + FADE_SECONDS);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + FADE_SECONDS);
  }
}
