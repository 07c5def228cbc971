// @ts-check
/** The questions the console asks before it hands a conversation on: transfer, return, resolve. */
/** @import { Colleague, Team } from "../types.js" */
import { el } from "../nodes.js";
import { counted } from "../words.js";
import { Dialog } from "./dialog.js";

/**
 * @param {{ colleagues: Colleague[], teams: Team[] }} choices
 * @param {(wish: { agent?: string, team?: string, note: string }) => Promise<void>} run
 */
export function transferDialog({ colleagues, teams }, run) {
  const options = [
    teams.length ? el("optgroup", { label: "Teams" }, teams.map(teamOption)) : null,
    colleagues.length ? el("optgroup", { label: "Colleagues" }, colleagues.map(colleagueOption)) : null,
  ];
  const to = el(
    "select",
    { class: "input", id: "transfer-to", name: "to", required: true },
    el("option", { value: "" }, "Choose who takes it"),
    options,
  );
  const dialog = new Dialog({
    heading: "Transfer this conversation",
    text: "The visitor is told that someone else takes over. The note goes to your colleagues only.",
    confirm: "Transfer",
    content: [
      el("p", { class: "field" }, el("label", { for: "transfer-to" }, "To"), to),
      noteField("What should they know?", true),
    ],
    run: (form) => {
      const [kind, ...name] = String(form.get("to")).split(":");
      return run({ [kind === "agent" ? "agent" : "team"]: name.join(":"), note: String(form.get("note")).trim() });
    },
  });
  to.addEventListener("change", () =>
    dialog.rename(to.value ? `Transfer to ${to.selectedOptions[0]?.dataset.name}` : "Transfer"),
  );
  return dialog;
}

/** @param {(wish: { note: string }) => Promise<void>} run */
export function returnDialog(run) {
  return new Dialog({
    heading: "Return to the assistant",
    text: "The assistant goes on with the visitor from here. It reads your note; the visitor never does.",
    confirm: "Return to the assistant",
    content: [noteField("What was settled, and what did you promise?", true)],
    run: (form) => run({ note: String(form.get("note")).trim() }),
  });
}

/** What the agent thinks: chosen until they say that the visitor did. */
const NEUTRAL = "assumed";
/** @type {[string, string, string][]} */
const OUTCOMES = [
  ["confirmed", "Solved", "The visitor said so."],
  ["assumed", "Solved, I think", "The visitor has not said so."],
  ["abandoned", "The visitor left", "It was not settled."],
];

/** @param {(wish: { outcome: string }) => Promise<void>} run */
export function resolveDialog(run) {
  const choices = OUTCOMES.map(([value, label, hint]) =>
    el(
      "label",
      { class: "choice" },
      el("input", { type: "radio", name: "outcome", value, checked: value === NEUTRAL }),
      el("span", {}, label, " ", el("span", { class: "faint small" }, hint)),
    ),
  );
  return new Dialog({
    heading: "Resolve this conversation",
    text: "The visitor sees that it is resolved. A new message from them opens it again.",
    confirm: "Resolve",
    content: [
      el(
        "fieldset",
        { class: "choices-field" },
        el("legend", { class: "visually-hidden" }, "How did it end?"),
        choices,
      ),
    ],
    run: (form) => run({ outcome: String(form.get("outcome")) }),
  });
}

/** @param {string} label @param {boolean} isRequired */
function noteField(label, isRequired) {
  return el(
    "p",
    { class: "field" },
    el("label", { for: "dialog-note" }, label),
    el("textarea", { class: "input note-input", id: "dialog-note", name: "note", rows: "4", required: isRequired }),
  );
}

/** @param {Team} team */
function teamOption({ id, name, available }) {
  const free = available === undefined ? "" : ` (${available ? `${available} available` : "nobody available"})`;
  return el("option", { value: `team:${id ?? name}`, "data-name": name }, `${name}${free}`);
}

/** @param {Colleague} colleague */
function colleagueOption({ id, name, presence, load }) {
  const holds = load === null || load === undefined ? "" : `, holds ${counted(load, "conversation")}`;
  return el("option", { value: `agent:${id}`, "data-name": name }, `${name} (${presence}${holds})`);
}
