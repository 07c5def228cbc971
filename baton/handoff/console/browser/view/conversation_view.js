// @ts-check
/** @import { Console } from "../console.js" */
/** @import { Action, ActionName } from "../actions.js" */
/** @import { Mode } from "../types.js" */
/** @import { Transcript } from "../state/transcript.js" */
/** @import { Item } from "../state/outbox.js" */
/** @import { ComposerVerbs } from "./composer_view.js" */
/** @import { EntryVerbs, Shared } from "./transcript_view.js" */
import { actionsFor, hindranceOf, modesFor } from "../actions.js";
import { arrange, el, icon, set, write } from "../nodes.js";
import { holding, visitorName } from "../words.js";
import { assuranceNode } from "./briefing_view.js";
import { ComposerView } from "./composer_view.js";
import { emptyNode, loadingNode } from "./states.js";
import { TranscriptView } from "./transcript_view.js";

/**
 * @typedef {{
 *   transcript: Transcript | null, pending: Item[], mode: Mode, text: string, notice: string, running: ActionName | null, isBriefingOpen: boolean,
 * }} ConversationModel
 * @typedef {EntryVerbs & ComposerVerbs & Pick<Console, "act" | "back" | "toggleBriefing" | "readConversationAgain" | "dismissNotice">} ConversationVerbs
 */

/** The middle column: who it is, what can be done, what was said, and the place to write. */
export class ConversationView {
  #name = el("h2", { class: "conversation-name" });
  #assurance = el("span");
  #state = el("p", { class: "conversation-state" });
  #actions = el("div", { class: "actions", role: "group", "aria-label": "What to do" });
  /** @type {Map<ActionName, HTMLButtonElement>} */
  #buttons = new Map();
  #briefing;
  #head;
  #notice = el("div", { role: "alert", class: "conversation-notice" });
  #body = el("div", { class: "conversation-body" });
  /** @type {{ transcript: Transcript, view: TranscriptView } | null} */
  #shown = null;
  #bodyKey = "";
  #me;
  #shared;
  #verbs;

  /**
   * @param {Shared} shared
   * @param {ConversationVerbs} verbs
   */
  constructor(shared, verbs) {
    this.#me = shared.me;
    this.#shared = shared;
    this.#verbs = verbs;
    this.composer = new ComposerView(verbs);
    const back = el(
      "button",
      {
        class: "button button-quiet button-icon back",
        type: "button",
        "aria-label": "Back to the list",
        on: { click: () => verbs.back() },
      },
      icon("back"),
    );
    this.#briefing = el(
      "button",
      {
        class: "button button-quiet briefing-toggle",
        type: "button",
        "aria-expanded": "false",
        on: { click: () => verbs.toggleBriefing() },
      },
      icon("briefing"),
      "Briefing",
    );
    const title = el(
      "div",
      { class: "conversation-title" },
      el("div", { class: "conversation-who" }, this.#name, this.#assurance),
      this.#state,
    );
    this.#head = el("header", { class: "conversation-head" }, back, title, this.#briefing, this.#actions);
    this.element = el(
      "section",
      { class: "column conversation", "aria-label": "Conversation" },
      this.#head,
      this.#notice,
      this.#body,
      this.composer.element,
    );
  }

  /** @param {ConversationModel} model */
  draw(model) {
    const { transcript } = model;
    const summary = transcript?.summary ?? null;
    this.#head.hidden = !transcript;
    this.composer.element.hidden = !summary;
    set(this.#briefing, "aria-expanded", model.isBriefingOpen ? "true" : "false");
    this.#drawNotice(model.notice);
    this.#drawBody(model);
    if (!summary) return;
    const name = visitorName(summary.visitor);
    write(this.#name, name);
    this.#drawAssurance(summary.visitor?.assurance ?? "anonymous");
    this.#drawState(holding(summary, this.#me.id), summary.status, summary.page?.title ?? null, summary.sample);
    this.#drawActions(actionsFor(summary, this.#me), model.running);
    this.composer.draw({
      modes: modesFor(summary, model.mode),
      mode: model.mode,
      hindrance: hindranceOf(summary, this.#me, model.mode),
      visitor: name === "Visitor" ? "the visitor" : name,
      text: model.text,
    });
  }

  /** @param {string} turn */
  drawWhy(turn) {
    this.#shown?.view.drawWhy(turn);
  }

  toEnd() {
    this.#shown?.view.toEnd();
  }

  focusTranscript() {
    this.#shown?.view.focus();
  }

  /** @param {string} notice */
  #drawNotice(notice) {
    if (this.#notice.dataset.text === notice) return;
    this.#notice.dataset.text = notice;
    const close = el(
      "button",
      { class: "button-link", type: "button", on: { click: () => this.#verbs.dismissNotice() } },
      "Dismiss",
    );
    this.#notice.replaceChildren(
      ...(notice ? [el("p", { class: "notice notice-waiting" }, icon("warning"), el("span", {}, notice), close)] : []),
    );
  }

  /** @param {ConversationModel} model */
  #drawBody({ transcript, pending }) {
    if (transcript && transcript.events.length + pending.length > 0) this.#drawTranscript(transcript, pending);
    else this.#drawNothing(transcript);
  }

  /** @param {Transcript} transcript @param {Item[]} pending */
  #drawTranscript(transcript, pending) {
    if (this.#shown?.transcript !== transcript) {
      const view = new TranscriptView(transcript, this.#shared, this.#verbs);
      this.#shown = { transcript, view };
    }
    this.#bodyKey = "";
    arrange(this.#body, [this.#shown.view.element]);
    this.#shown.view.draw(pending);
  }

  /** @param {Transcript | null} transcript */
  #drawNothing(transcript) {
    const key = transcript ? [transcript.id, transcript.loading, transcript.problem].join("|") : "none";
    if (key === this.#bodyKey) return;
    this.#bodyKey = key;
    this.#shown = null;
    this.#body.replaceChildren(this.#nothing(transcript));
  }

  /** @param {Transcript | null} transcript */
  #nothing(transcript) {
    if (!transcript)
      return emptyNode(
        "visitor",
        "Open a conversation",
        "Choose one from the list, or press j and Enter. Press ? for all keys.",
      );
    if (transcript.loading === "loading") return loadingNode("the conversation");
    if (transcript.loading === "ready")
      return emptyNode(
        "visitor",
        "Nothing was said yet",
        "The visitor has opened the chat. Their first message appears here.",
      );
    const retry = el(
      "button",
      { class: "button", type: "button", on: { click: () => this.#verbs.readConversationAgain() } },
      "Try again",
    );
    const empty = emptyNode("warning", "This conversation could not be read", transcript.problem ?? "");
    empty.append(retry);
    return empty;
  }

  /** @param {"anonymous" | "claimed" | "verified"} assurance */
  #drawAssurance(assurance) {
    if (this.#assurance.dataset.assurance === assurance) return;
    this.#assurance.dataset.assurance = assurance;
    this.#assurance.replaceChildren(assuranceNode(assurance));
  }

  /** @param {string} words @param {string} status @param {string | null} page @param {boolean} isSample */
  #drawState(words, status, page, isSample) {
    this.#state.dataset.status = status;
    write(this.#state, [words, page, isSample ? "Sample" : null].filter(Boolean).join(" · "));
  }

  /** @param {Action[]} actions @param {ActionName | null} running */
  #drawActions(actions, running) {
    const buttons = actions.map((action) => this.#button(action));
    arrange(this.#actions, buttons);
    for (const button of buttons) set(button, "aria-disabled", running ? "true" : null);
  }

  /** @param {Action} action */
  #button(action) {
    const known = this.#buttons.get(action.name);
    if (known) return known;
    const button = el(
      "button",
      {
        class: `button${action.isPrimary ? " button-primary" : ""}`,
        type: "button",
        title: `${action.label} (${action.key})`,
        "aria-keyshortcuts": action.key,
        on: { click: () => this.#verbs.act(action.name) },
      },
      icon(action.icon),
      action.label,
      el("span", { class: "key", "aria-hidden": "true" }, action.key),
    );
    this.#buttons.set(action.name, button);
    return button;
  }
}
