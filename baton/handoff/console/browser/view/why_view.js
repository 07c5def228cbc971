// @ts-check
/** @import { TurnRecord } from "../types.js" */
import { el, icon, write } from "../nodes.js";
import { confidenceWords, mood as moodOf, reasonText, signalWords, TRIGGERS, why } from "../words.js";
import { chancesChart } from "./chances_chart.js";

/** Why the assistant did what it did: one sentence; opened, what confidence is made of; opened again, every signal. */
export class WhyView {
  #sentence = el("span", { class: "why-sentence" }, "Why");
  #detail = el("div", { class: "why-detail" });
  #isDrawn = false;

  /** @param {() => void} retry reads the record again after a failure */
  constructor(retry) {
    const summary = el("summary", {}, icon("chevron"), this.#sentence);
    this.element = el("details", { class: "why" }, summary, this.#detail);
    this.element.addEventListener("toggle", () => this.element.open && !this.#isDrawn && retry());
  }

  /** @param {TurnRecord | { problem: string } | null} record */
  draw(record) {
    if (this.#isDrawn) return;
    if (!record) write(this.#detail, "Reading the record of this decision");
    else if ("problem" in record)
      write(this.#detail, `The record could not be read. ${record.problem} Close and open this to try again.`);
    else this.#drawRecord(record);
  }

  /** @param {TurnRecord} record */
  #drawRecord(record) {
    this.#isDrawn = true;
    write(this.#sentence, why(record));
    const chart = chancesChart(record);
    this.#detail.replaceChildren(
      ...[moreReasons(record), chart, table(record, !chart)].filter((node) => node !== null),
    );
  }
}

/** What the sentence had no room for. @param {TurnRecord} record */
function moreReasons(record) {
  const more = (record.reasons ?? []).map(reasonText).slice(2);
  if (!more.length) return null;
  return el(
    "ul",
    { class: "why-more" },
    more.map((text) => el("li", {}, `${text}.`)),
  );
}

/** Every signal, one click behind the chart. @param {TurnRecord} record @param {boolean} isOpen */
function table(record, isOpen) {
  const rows = [...decisionRows(record), ...signalRows(record.signals)];
  return el(
    "details",
    { class: "signals-detail", open: isOpen },
    el("summary", {}, "All signals"),
    el(
      "table",
      { class: "signals" },
      el("caption", { class: "visually-hidden" }, "Signals of this decision"),
      el("tbody", {}, rows.map(rowNode)),
    ),
  );
}

/** @typedef {{ name: string, words: string, number: string }} Row */

/** @param {TurnRecord} record @returns {Row[]} */
function decisionRows({ confidence, threshold, risk, task, mood, timings_ms }) {
  const total = Object.values(timings_ms ?? {}).filter((value) => typeof value === "number");
  return [
    { name: "Confidence", words: confidenceWords(confidence), number: figure(confidence) },
    { name: "Needed", words: risk ? `${risk} risk` : "", number: figure(threshold) },
    { name: "Task", words: nameOf(task), number: "" },
    { name: "Mood", words: typeof mood === "number" ? moodOf(mood).word : "", number: figure(mood) },
    {
      name: "Took",
      words: "",
      number: total.length ? `${Math.round(timings_ms.total ?? total.reduce((sum, value) => sum + value, 0))} ms` : "",
    },
  ].filter(({ words, number }) => words || number);
}

/** The chances are drawn above. @param {Record<string, unknown> | null | undefined} signals @returns {Row[]} */
function signalRows(signals) {
  return Object.entries(signals ?? {})
    .filter(([name]) => name !== "chances")
    .map(([name, value]) => ({ name: signalWords(name), ...figuresOf(value) }));
}

/** @param {unknown} value */
function figuresOf(value) {
  if (Array.isArray(value)) return { words: value.map(itemWords).join("; ") || "none", number: "" };
  if (value && typeof value === "object" && "words" in value)
    return { words: String(value.words ?? ""), number: figure("value" in value ? value.value : null) };
  if (typeof value === "number")
    return { words: value >= 0 && value <= 1 ? strength(value) : "", number: figure(value) };
  if (typeof value === "boolean") return { words: value ? "yes" : "no", number: "" };
  if (value === null || value === undefined) return { words: "missing", number: "" };
  return { words: typeof value === "string" ? value : JSON.stringify(value), number: "" };
}

/** One of several words, pairs of opposites, questions or triggers of a mood. @param {unknown} item */
function itemWords(item) {
  if (typeof item === "string") return TRIGGERS[item] ?? item;
  if (Array.isArray(item)) return `“${item[0]}”, the source “${item[1]}”`;
  if (item && typeof item === "object" && "question" in item)
    return `“${item.question}” ${"confidence" in item ? figure(item.confidence) : ""}`.trim();
  return JSON.stringify(item);
}

/** Signals are made so that higher is better. @param {number} value 0..1 */
function strength(value) {
  return value < 1 / 3 ? "weak" : value < 2 / 3 ? "middling" : "strong";
}

/** @param {unknown} value */
function figure(value) {
  if (typeof value !== "number") return "";
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

/** @param {unknown} task */
function nameOf(task) {
  if (typeof task === "string") return task.replace(/_/g, " ");
  return task && typeof task === "object" && "name" in task ? String(task.name ?? "") : "";
}

/** @param {Row} row */
function rowNode({ name, words, number }) {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, name),
    el("td", {}, words),
    el("td", { class: "figures number" }, number),
  );
}
