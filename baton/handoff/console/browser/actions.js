// @ts-check
/** What an agent may do with a conversation as it stands: pure, one place, so that buttons and keys agree. */
/** @import { Mode, Staff, Summary } from "./types.js" */

/** @typedef {"accept" | "decline" | "take" | "reopen" | "transfer" | "return" | "resolve"} ActionName */
/** @typedef {{ name: ActionName, label: string, icon: string, key: string, isPrimary: boolean }} Action */

/** @type {Record<ActionName, Action>} */
export const ACTIONS = {
  accept: { name: "accept", label: "Accept", icon: "accept", key: "a", isPrimary: true },
  decline: { name: "decline", label: "Decline", icon: "decline", key: "d", isPrimary: false },
  take: { name: "take", label: "Take over", icon: "take", key: "t", isPrimary: true },
  reopen: { name: "reopen", label: "Reopen and take", icon: "take", key: "t", isPrimary: false },
  transfer: { name: "transfer", label: "Transfer", icon: "transfer", key: "f", isPrimary: false },
  return: { name: "return", label: "Return to assistant", icon: "return", key: "b", isPrimary: false },
  resolve: { name: "resolve", label: "Resolve", icon: "resolve", key: "e", isPrimary: false },
};

/**
 * @param {Summary} summary
 * @param {Staff} me
 * @returns {Action[]}
 */
export function actionsFor(summary, me) {
  return namesFor(summary, me).map((name) => ACTIONS[name]);
}

/**
 * @param {Summary} summary
 * @param {Staff} me
 * @returns {ActionName[]}
 */
function namesFor({ status, holder }, me) {
  const leads = me.role === "supervisor" || me.role === "admin";
  switch (status) {
    case "waiting_for_agent":
      return leads ? ["accept", "decline", "transfer"] : ["accept", "decline"];
    case "with_assistant":
      return ["take"];
    case "with_agent":
      return holder.id === me.id ? ["transfer", "return", "resolve"] : leads ? ["transfer"] : [];
    case "resolved":
      return ["reopen"];
  }
}

/** @param {Summary} summary @param {Staff} me */
export function mayReply({ status, holder }, me) {
  return status === "with_agent" && holder.id === me.id;
}

/**
 * What the composer offers: whispering makes sense only while the assistant speaks, but what is being written stays.
 * @param {Summary} summary
 * @param {Mode} current
 * @returns {Mode[]}
 */
export function modesFor({ status }, current) {
  return status === "with_assistant" || current === "whisper" ? ["message", "note", "whisper"] : ["message", "note"];
}

/**
 * Why this can't be sent now, and what to do; empty when it can.
 * @param {Summary} summary
 * @param {Staff} me
 * @param {Mode} mode
 */
export function hindranceOf(summary, me, mode) {
  if (mode === "note") return "";
  if (mode === "whisper") return summary.status === "with_assistant" ? "" : "The assistant no longer speaks here.";
  return mayReply(summary, me) ? "" : replyHindrance(summary);
}

/** @param {Summary} summary */
function replyHindrance({ status, holder }) {
  switch (status) {
    case "waiting_for_agent":
      return "Accept the conversation to send a reply.";
    case "with_assistant":
      return "Take the conversation over to send a reply.";
    case "resolved":
      return "This conversation is resolved. Reopen it to send a reply.";
    default:
      return `${holder.name ?? "A colleague"} holds this conversation. A private note reaches them.`;
  }
}
