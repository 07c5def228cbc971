// @ts-check
/** @import { Console } from "../console.js" */
/** @import { Attempt, Briefing, Earlier, Summary, Visitor } from "../types.js" */
/** @import { Child } from "../nodes.js" */
import { el, icon } from "../nodes.js";
import { isWebAddress, link, prose } from "../prose.js";
import { ASSURANCE, capital, dateOf, decisionWords, exact, OUTCOMES, reasonWords } from "../words.js";
import { moodChart } from "./mood_chart.js";
import { sourcesNode } from "./sources.js";
import { emptyNode } from "./states.js";

/** Everything known about the conversation, for whoever takes it: nothing has to be asked twice. */
export class BriefingView {
  #body = el("div", { class: "briefing-body" });
  #drawnKey = "";
  #verbs;

  /** @param {Pick<Console, "insert" | "toggleBriefing">} verbs */
  constructor(verbs) {
    this.#verbs = verbs;
    const close = el(
      "button",
      {
        class: "button button-quiet button-icon briefing-close",
        type: "button",
        "aria-label": "Close the briefing",
        on: { click: () => verbs.toggleBriefing() },
      },
      icon("decline"),
    );
    this.element = el(
      "aside",
      { class: "column briefing", "aria-label": "Briefing", tabindex: "-1" },
      el("header", { class: "briefing-head" }, el("h2", {}, "Briefing"), close),
      this.#body,
    );
  }

  /** @param {Summary | null} summary @param {Briefing | null} briefing */
  draw(summary, briefing) {
    const key = JSON.stringify([summary?.id, summary?.visitor, summary?.page, summary?.mood, briefing]);
    if (key === this.#drawnKey) return;
    this.#drawnKey = key;
    if (summary) this.#body.replaceChildren(...this.#sections(summary, briefing));
    else
      this.#body.replaceChildren(
        emptyNode(
          "briefing",
          "No conversation is open",
          "Open one, and everything known about it stands here: the question, what was tried, and who is asking.",
        ),
      );
  }

  /** @param {Summary} summary @param {Briefing | null} briefing @returns {Node[]} */
  #sections(summary, briefing) {
    const page = briefing?.page ?? summary.page;
    return [
      briefing ? null : el("p", { class: "notice" }, "No briefing was written for this conversation."),
      questionSection(briefing?.question ?? null),
      reasonsSection(briefing),
      this.#replySection(briefing?.suggested_reply ?? null),
      factsSection(briefing?.facts ?? []),
      triedSection(briefing?.tried ?? []),
      listSection("Promised", briefing?.promises ?? []),
      listSection("Pending", briefing?.pending ?? []),
      section("Mood", moodChart(briefing?.mood ?? [])),
      signalsSection(briefing?.signals ?? {}),
      visitorSection(briefing?.visitor ?? summary.visitor, page),
      earlierSection(briefing?.earlier ?? []),
    ].filter((node) => node !== null);
  }

  /** @param {Briefing["suggested_reply"]} reply */
  #replySection(reply) {
    if (!reply?.text) return null;
    const insert = el(
      "button",
      { class: "button", type: "button", on: { click: () => this.#verbs.insert(reply.text) } },
      icon("insert"),
      "Insert into reply",
      el("span", { class: "key", "aria-hidden": "true" }, "s"),
    );
    return section(
      "Suggested reply",
      el(
        "div",
        { class: "suggestion" },
        el("div", { class: "suggestion-text" }, prose(reply.text, { markdown: true })),
        sourcesNode(reply.sources),
        insert,
      ),
    );
  }
}

/** @param {string} heading @param {...(Child | Child[])} content none of it, no section */
function section(heading, ...content) {
  const nodes = content.flat().filter((child) => child !== null && child !== undefined && child !== false);
  return nodes.length ? el("section", { class: "briefing-section" }, el("h3", {}, heading), nodes) : null;
}

/** @param {string | null} question */
function questionSection(question) {
  return question ? section("Open question", el("p", { class: "question" }, question)) : null;
}

/** @param {Briefing | null} briefing */
function reasonsSection(briefing) {
  if (!briefing?.reasons?.length) return null;
  return section(
    "Why it needs a person",
    el(
      "ul",
      { class: "reasons" },
      briefing.reasons.map(({ code, text }) => el("li", {}, text || reasonWords(code))),
    ),
  );
}

/** Words first, the number beside them. @param {Briefing["signals"]} signals */
function signalsSection(signals) {
  const rows = Object.entries(signals ?? {}).map(([name, { value, words }]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, capital(name.replace(/_/g, " "))),
      el("td", {}, words),
      el("td", { class: "figures number" }, typeof value === "number" ? value.toFixed(2) : ""),
    ),
  );
  if (!rows.length) return null;
  return el(
    "details",
    { class: "why briefing-section" },
    el("summary", {}, icon("chevron"), "Signals of the last turn"),
    el("table", { class: "signals" }, el("tbody", {}, rows)),
  );
}

/** @param {Briefing["facts"]} facts */
function factsSection(facts) {
  if (!facts.length) return null;
  return section(
    "Already given",
    el(
      "dl",
      { class: "facts" },
      facts.map(({ name, value, assurance }) =>
        el(
          "div",
          {},
          el("dt", {}, capital(name.replace(/_/g, " "))),
          el("dd", {}, el("span", { class: "mono" }, value), assuranceNode(assurance)),
        ),
      ),
    ),
  );
}

/** @param {Attempt[]} tried */
function triedSection(tried) {
  if (!tried.length) return null;
  return section("What was tried", el("ol", { class: "tried" }, tried.map(attemptNode)));
}

/** @param {Attempt} attempt */
function attemptNode({ question, answer, sources, decision, came_of_it }) {
  return el(
    "li",
    {},
    el("p", { class: "tried-question" }, question),
    answer ? el("div", { class: "tried-answer" }, prose(answer, { markdown: true })) : null,
    sourcesNode(sources),
    el("p", { class: "tiny faint" }, decisionWords(decision), came_of_it ? ` · ${came_of_it}` : ""),
  );
}

/** @param {string} heading @param {unknown[]} items */
function listSection(heading, items) {
  if (!items.length) return null;
  return section(
    heading,
    el(
      "ul",
      { class: "reasons" },
      items.map((item) => el("li", {}, wordsOf(item))),
    ),
  );
}

/** @param {unknown} item */
function wordsOf(item) {
  if (item && typeof item === "object") return String(Object(item).text ?? Object(item).title ?? JSON.stringify(item));
  return String(item);
}

/** @param {Visitor | null} visitor @param {{ url: string | null, title: string | null } | null} page */
function visitorSection(visitor, page) {
  /** @type {[string, Child][]} */
  const rows = [
    ["Name", visitor?.name],
    ["Email", visitor?.email],
    ["Language", visitor?.locale ? languageName(visitor.locale) : null],
    ["Page", page?.url || page?.title ? pageNode(page) : null],
  ];
  const known = rows.filter(([, value]) => value);
  return section(
    "Visitor",
    el(
      "p",
      { class: "assurance" },
      assuranceNode(visitor?.assurance ?? "anonymous"),
      el("span", { class: "tiny faint" }, ASSURANCE[visitor?.assurance ?? "anonymous"].means),
    ),
    known.length
      ? el(
          "dl",
          { class: "facts" },
          known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
        )
      : null,
  );
}

/** @param {{ url: string | null, title: string | null }} page */
function pageNode({ url, title }) {
  return isWebAddress(url) ? link(url, [title || url]) : title || url;
}

/** @param {string} locale */
function languageName(locale) {
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** @param {keyof typeof ASSURANCE} assurance */
export function assuranceNode(assurance) {
  const { word, means } = ASSURANCE[assurance] ?? ASSURANCE.anonymous;
  return el(
    "span",
    { class: `badge ${assurance === "verified" ? "badge-human" : "badge-outline"}`, title: means },
    assurance === "verified" ? icon("accept") : null,
    word,
  );
}

/** @param {Earlier[]} earlier */
function earlierSection(earlier) {
  if (!earlier.length) return null;
  return section(
    "Earlier conversations",
    el(
      "ul",
      { class: "earlier" },
      earlier.map(({ conversation, at, first_line, outcome }) =>
        el(
          "li",
          {},
          el("a", { href: `#${conversation}` }, first_line ?? "No message"),
          el(
            "span",
            { class: "tiny faint" },
            el("time", { datetime: at, title: exact(at) }, dateOf(at)),
            outcome ? ` · ${OUTCOMES[outcome] ?? outcome}` : "",
          ),
        ),
      ),
    ),
  );
}
