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
 * What the composer offers. Whispering makes sense only while the assistant speaks.
 * @param {Summary} summary
 * @returns {Mode[]}
 */
export function modesFor({ status }) {
  return status === "with_assistant" ? ["message", "note", "whisper"] : ["message", "note"];
}

/**
 * Why a reply can't be sent now, and what to do; empty when it can.
 * @param {Summary} summary
 * @param {Staff} me
 */
export function replyHindrance(summary, me) {
  if (mayReply(summary, me)) return "";
  if (summary.status === "waiting_for_agent") return "Accept the conversation to send a reply.";
  if (summary.status === "with_assistant") return "Take the conversation over to send a reply.";
  if (summary.status === "resolved") return "This conversation is resolved. A private note can still be added.";
  return `${summary.holder.name ?? "A colleague"} holds this conversation. A private note reaches them.`;
}
