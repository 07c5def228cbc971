// @ts-check
/** @import { LogEvent } from "../types.js" */
import { el, icon } from "../nodes.js";
import { prose } from "../prose.js";
import { confidenceWords, decisionWords, exact, timeOfDay } from "../words.js";
import { sourcesNode } from "./sources.js";

/**
 * What the assistant would have said, in shadow mode: for staff alone, and one click away from the reply.
 * @param {LogEvent} event
 * @param {Node | null} why
 * @param {(text: string) => void} insert
 */
export function draftNode({ body, at }, why, insert) {
  const text = String(body?.text ?? "");
  const did = decisionWords(String(body?.decision ?? "")).toLowerCase();
  return el(
    "li",
    { class: "entry entry-draft" },
    el(
      "p",
      { class: "entry-who" },
      icon("assistant"),
      el("strong", {}, `The assistant would have ${did}, ${confidenceWords(body?.confidence)}`),
      el("time", { class: "entry-at", datetime: new Date(at).toISOString(), title: exact(at) }, timeOfDay(at)),
      el("span", { class: "entry-audience" }, "Visitors never see this"),
    ),
    el("div", { class: "bubble" }, prose(text, { markdown: true })),
    sourcesNode(body?.citations),
    el(
      "button",
      { class: "button", type: "button", on: { click: () => insert(text) } },
      icon("insert"),
      "Insert into reply",
    ),
    why,
  );
}
