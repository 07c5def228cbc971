// @ts-check
/** How one entry of the log looks: a message, a note or a line of what happened. */
/** @import { Author, LogEvent, Mode } from "../types.js" */
/** @import { Child } from "../nodes.js" */

import { lineOf } from "../log_words.js";
import { el, icon } from "../nodes.js";
import { prose } from "../prose.js";
import { exact, timeOfDay } from "../words.js";
import { draftNode } from "./draft_node.js";
import { sourcesNode } from "./sources.js";

/** @import { Names } from "../log_words.js" */

/** @typedef {{ me: string, visitor: string, names: Names, insert: (text: string) => void }} Reader */

const TOGETHER_MS = 3 * 60_000;

/** @type {Record<"note" | "whisper" | "handover", { icon: string, label: string, audience: string }>} */
const PRIVATE = {
  note: { icon: "note", label: "Private note", audience: "Only your team sees this" },
  whisper: { icon: "whisper", label: "Whisper to the assistant", audience: "Visitors never see this" },
  handover: { icon: "transfer", label: "Handover note", audience: "Your team and the assistant read this" },
};

/** @type {Record<string, "message" | "draft" | "note" | "whisper" | "handover" | undefined>} */
const SHAPES = {
  "message.added": "message",
  "answer.drafted": "draft",
  "note.added": "note",
  "whisper.added": "whisper",
  "handoff.noted": "handover",
};

/** @param {LogEvent} event */
function shapeOf({ kind }) {
  return SHAPES[kind] ?? "line";
}

/**
 * @param {LogEvent} event
 * @param {LogEvent | null} before
 * @param {Reader} reader
 * @param {Node | null} why
 * @returns {HTMLElement | null} null for what another entry already says
 */
export function entryNode(event, before, reader, why) {
  const shape = shapeOf(event);
  if (shape === "message") return messageNode(event, isTogether(event, before), reader, why);
  if (shape === "draft") return draftNode(event, why, reader.insert);
  if (shape === "line") return lineNode(event, reader, why);
  return privateNode(shape, event.author, String(event.body?.text ?? ""), event.at, reader);
}

/** @param {LogEvent} event @param {boolean} isContinued @param {Reader} reader @param {Node | null} why */
function messageNode({ author, body, at }, isContinued, reader, why) {
  const text = String(body?.text ?? "");
  return el(
    "li",
    { class: `entry entry-${author.kind}${isContinued ? " is-continued" : ""}` },
    whoNode(author, at, reader),
    el("div", { class: "bubble" }, prose(text, { markdown: author.kind !== "visitor" })),
    choicesNode(body?.choices),
    sourcesNode(body?.citations),
    why,
  );
}

/** What the visitor was given to tap. @param {unknown} choices */
function choicesNode(choices) {
  if (!Array.isArray(choices) || !choices.length) return null;
  const labels = choices
    .map((choice) => (typeof choice === "string" ? choice : String(choice?.label ?? choice?.text ?? "")))
    .filter(Boolean);
  return el("p", { class: "choices tiny faint" }, "Offered: ", labels.join(" · "));
}

/**
 * @param {"note" | "whisper" | "handover"} shape
 * @param {Author} author
 * @param {string} text
 * @param {string | number} at
 * @param {Reader} reader
 * @param {...Child} more
 */
function privateNode(shape, author, text, at, reader, ...more) {
  const { icon: name, label, audience } = PRIVATE[shape];
  return el(
    "li",
    { class: "entry entry-private" },
    el(
      "p",
      { class: "entry-who" },
      icon(name),
      el("strong", {}, label),
      el("span", {}, nameOf(author, reader)),
      timeNode(at),
      el("span", { class: "entry-audience" }, audience),
    ),
    el("div", { class: "bubble" }, prose(text, { markdown: false })),
    ...more,
  );
}

/** @param {LogEvent} event @param {Reader} reader @param {Node | null} why */
function lineNode(event, reader, why) {
  const text = lineOf(event, reader.names);
  if (!text && !why) return null;
  return el(
    "li",
    { class: "entry entry-line" },
    text ? el("p", {}, el("span", {}, text), timeNode(event.at)) : null,
    why,
  );
}

/** @param {LogEvent} event */
export function erasedNode({ at }) {
  return el("li", { class: "entry entry-line" }, el("p", {}, el("span", {}, "This was erased"), timeNode(at)));
}

/** @param {string} label */
export function dayNode(label) {
  return el("li", { class: "entry-day" }, el("span", {}, label));
}

/**
 * What was written here and isn't confirmed yet.
 * @param {Mode} mode
 * @param {string} text
 * @param {number} at
 * @param {Reader} reader
 * @param {HTMLElement} status
 */
export function pendingNode(mode, text, at, reader, status) {
  const author = /** @type {Author} */ ({ kind: "agent", id: reader.me, name: null });
  if (mode !== "message") return privateNode(mode, author, text, at, reader, status);
  return el(
    "li",
    { class: "entry entry-agent is-pending" },
    whoNode(author, at, reader),
    el("div", { class: "bubble" }, prose(text, { markdown: true })),
    status,
  );
}

/** @param {string} text */
export function streamNode(text) {
  return el(
    "li",
    { class: "entry entry-assistant is-streaming", "aria-hidden": "true" },
    el("p", { class: "entry-who" }, icon("assistant"), el("strong", {}, "Assistant")),
    el("div", { class: "bubble" }, prose(text, { markdown: true })),
  );
}

/** @type {Record<Author["kind"], string>} */
const ICONS = { visitor: "visitor", assistant: "assistant", agent: "person", system: "clock" };

/** @param {Author} author @param {string | number} at @param {Reader} reader */
function whoNode(author, at, reader) {
  return el(
    "p",
    { class: "entry-who" },
    icon(ICONS[author.kind]),
    el("strong", {}, nameOf(author, reader)),
    timeNode(at),
  );
}

/** @param {Author} author @param {Reader} reader */
function nameOf(author, reader) {
  if (author.kind === "agent" && author.id === reader.me) return "You";
  if (author.kind === "visitor") return author.name || reader.visitor;
  if (author.kind === "assistant") return "Assistant";
  return author.name ?? (author.kind === "agent" ? "A colleague" : "Automatic message");
}

/** @param {string | number} at */
function timeNode(at) {
  return el("time", { class: "entry-at", datetime: new Date(at).toISOString(), title: exact(at) }, timeOfDay(at));
}

/** @param {LogEvent} event @param {LogEvent | null} before */
function isTogether(event, before) {
  if (!before || shapeOf(before) !== "message") return false;
  const isSame = before.author.kind === event.author.kind && before.author.id === event.author.id;
  return isSame && Date.parse(event.at) - Date.parse(before.at) < TOGETHER_MS;
}
