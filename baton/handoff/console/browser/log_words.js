// @ts-check
/** What the log's entries that are no messages say, one line each. Pure functions over events. */
/** @import { LogEvent, Reason } from "./types.js" */
import { capital, OUTCOMES, reasonText, uncapital } from "./words.js";

/** @typedef {(id: unknown) => string | null} Names a staff member's name */

/** @type {Record<string, (event: LogEvent, names: Names) => string | null>} null: another entry says it already */
const LINES = {
  "handoff.suggested": () => "The assistant offered a person",
  "handoff.requested": ({ body }) => ASKED[body.by] ?? "A person was asked for",
  "handoff.asked_again": () => "The visitor asked for a person again",
  "handoff.reasoned": ({ body }) => becauseOf(body.reasons),
  "handoff.offered": ({ body }) => (body.agent?.name ? `Offered to ${body.agent.name}` : null),
  "handoff.routed": ({ body }, names) =>
    body.agent
      ? `Offered to ${names(body.agent) ?? "a colleague"}${body.why ? `: ${trimmed(body.why)}` : ""}`
      : body.team
        ? `In the queue of the ${body.team} team`
        : null,
  "handoff.lapsed": ({ body }, names) => `${names(body.agent) ?? "A colleague"} did not answer in time`,
  "handoff.accepted": ({ body, author }) => `${body.agent?.name ?? named(author)} took the conversation`,
  "handoff.declined": ({ author }) => `${named(author)} passed on it`,
  "handoff.transferred": ({ body, author }) =>
    author.kind === "agent"
      ? `${named(author)} passed it ${body.agent?.name ? `to ${body.agent.name}` : "on"}`
      : "It waits for a person again",
  "handoff.returned": ({ author }) => `${named(author)} gave the conversation back to the assistant`,
  "handoff.resolved": ({ author, body }) => resolvedLine(author, body.outcome),
  "handoff.expired": () => "Nobody took it in time. The assistant has it again",
  "handoff.cancelled": () => "The visitor no longer wants a person",
  "review.pending": () => "A draft waits for review",
  "action.done": () => "An action was carried out",
  "action.declined": () => "An action was declined",
  "conversation.resolved": ({ author, body }) => (body.handoff ? null : resolvedLine(author, body.outcome)),
  "conversation.reopened": () => "The conversation was reopened",
  "contact.asked": () => "The visitor was asked for an email address",
  "contact.given": ({ body }) => `The visitor left an address${body.email ? `: ${body.email}` : ""}`,
  "rating.asked": () => "The visitor was asked for a rating",
  "rating.given": ({ body }) => `The visitor gave ${body.score} of 5${quoted(body.comment)}`,
  "feedback.given": ({ body }) =>
    `The visitor found an answer ${body.helpful ? "helpful" : "not helpful"}${quoted(body.comment)}`,
  "body.erased": () => "Something was erased here",
};

/** @type {Record<string, string>} */
const ASKED = {
  visitor: "The visitor asked for a person",
  assistant: "Handed to a person",
  agent: "Taken over from the assistant",
};

/** Reasons that the line before has given already. */
const SAID_BEFORE = new Set(["visitor_asked", "wish", "taken"]);

/**
 * A line for an event that is no message; null when another entry says it already.
 * @param {LogEvent} event
 * @param {Names} names
 */
export function lineOf(event, names) {
  const line = LINES[event.kind];
  if (line) return line({ ...event, body: event.body ?? {} }, names);
  const said = typeof event.body?.text === "string" ? `: ${event.body.text}` : "";
  return capital(event.kind.replace(/[._]+/g, " ")) + said;
}

/** @param {Reason[] | undefined} reasons */
function becauseOf(reasons) {
  const telling = (reasons ?? []).filter(({ code }) => !SAID_BEFORE.has(code)).map(reasonText);
  return telling.length ? `Because ${telling.map(uncapital).join(", and ")}` : null;
}

/** @param {{ kind: string, name: string | null }} author @param {string | undefined} outcome */
function resolvedLine(author, outcome) {
  const how = outcome ? `: ${OUTCOMES[outcome] ?? outcome}` : "";
  return author.kind === "agent" ? `${named(author)} resolved the conversation${how}` : `Resolved${how}`;
}

/** @param {unknown} comment */
function quoted(comment) {
  return comment ? `: “${comment}”` : "";
}

/** @param {{ kind: string, name: string | null }} author */
function named(author) {
  if (author.name) return author.name;
  return author.kind === "agent" ? "A colleague" : author.kind === "assistant" ? "The assistant" : "The visitor";
}

/** A sentence as the end of another. @param {string} sentence */
function trimmed(sentence) {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/[.\s]+$/, "");
}
