// @ts-check
/** @import { Console } from "../console.js" */
/** @import { Status, Summary } from "../types.js" */
/** @import { Loading } from "../state/inbox.js" */
/** @import { RowState } from "./row_view.js" */
import { arrange, el, icon, set, write } from "../nodes.js";
import { RowView } from "./row_view.js";
import { emptyNode, loadingNode } from "./states.js";

/** @typedef {"waiting" | "mine" | "all"} Tab */
/**
 * @typedef {{
 *   tab: Tab, counts: { waiting: number, mine: number }, items: Summary[], loading: Loading, problem: string | null,
 *   query: string, status: string, hasMore: boolean, isLoadingMore: boolean, rowState: (summary: Summary) => RowState,
 * }} InboxModel
 * @typedef {Pick<Console, "chooseTab" | "search" | "showMore" | "readListAgain">} InboxVerbs
 */

const MOST_ROWS = 100;
const SEARCH_AFTER_MS = 200;

/** @type {Record<Tab, string>} */
const TABS = { waiting: "Waiting", mine: "Mine", all: "All" };

/** @type {[Status | "", string][]} */
const STATUSES = [
  ["", "Any state"],
  ["waiting_for_agent", "Waiting for a person"],
  ["with_agent", "With an agent"],
  ["with_assistant", "With the assistant"],
  ["resolved", "Resolved"],
];

/** @type {Record<Tab, { icon: string, heading: string, text: string }>} */
const EMPTY = {
  waiting: {
    icon: "inbox",
    heading: "Nobody is waiting",
    text: "When a visitor asks for a person, or the assistant is not sure enough, the conversation appears here with everything known about it.",
  },
  mine: {
    icon: "person",
    heading: "You hold no conversation",
    text: "Accept one that waits, or take one over from the assistant in All. It then stays here until you resolve, transfer or return it.",
  },
  all: {
    icon: "visitor",
    heading: "No conversation yet",
    text: "Every conversation on your site appears here, also those the assistant answers alone. Open the page with the widget and ask something.",
  },
};

/** The first column: which conversations, and the list of them. */
export class InboxView {
  /** @type {Record<Tab, { button: HTMLButtonElement, count: HTMLElement }>} */
  #tabs;
  #search = el("input", {
    class: "input",
    type: "search",
    placeholder: "Search",
    "aria-label": "Search conversations",
  });
  #status = el(
    "select",
    { class: "input", "aria-label": "State" },
    STATUSES.map(([value, label]) => el("option", { value }, label)),
  );
  #filter;
  #list = el("ul", { class: "rows" });
  #body = el("div", { class: "inbox-body" });
  /** @type {Map<string, RowView>} */
  #rows = new Map();
  #more;
  #shown = MOST_ROWS;
  #timer = 0;
  #emptyKey = "";
  /** @type {RowView[]} */
  #order = [];
  /** @type {{ detail: string, node: HTMLElement } | null} */
  #problem = null;
  #verbs;

  /** @param {InboxVerbs} verbs */
  constructor(verbs) {
    this.#verbs = verbs;
    this.#tabs = { waiting: this.#tab("waiting"), mine: this.#tab("mine"), all: this.#tab("all") };
    this.#filter = el(
      "form",
      {
        class: "inbox-filter",
        role: "search",
        hidden: true,
        on: { submit: (/** @type {Event} */ event) => event.preventDefault() },
      },
      el("span", { class: "with-icon" }, icon("search"), this.#search),
      this.#status,
    );
    this.#search.addEventListener("input", () => this.#searchSoon());
    this.#status.addEventListener("change", () =>
      verbs.search({ status: /** @type {Status | ""} */ (this.#status.value) }),
    );
    this.#more = el(
      "button",
      { class: "button button-quiet rows-more", type: "button", on: { click: () => this.#showMore() } },
      "Show more",
    );
    const tabs = el(
      "div",
      { class: "tabs", role: "group", "aria-label": "Which conversations" },
      Object.values(this.#tabs).map(({ button }) => button),
    );
    this.element = el(
      "section",
      { class: "column inbox", "aria-label": "Conversations" },
      tabs,
      this.#filter,
      this.#body,
    );
  }

  /** @param {InboxModel} model */
  draw(model) {
    for (const [tab, { button }] of Object.entries(this.#tabs))
      set(button, "aria-pressed", tab === model.tab ? "true" : "false");
    write(this.#tabs.waiting.count, model.counts.waiting ? String(model.counts.waiting) : "");
    write(this.#tabs.mine.count, model.counts.mine ? String(model.counts.mine) : "");
    this.#filter.hidden = model.tab !== "all";
    if (document.activeElement !== this.#search) this.#search.value = model.query;
    this.#drawBody(model);
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  /** Move the focus by one row; from elsewhere it goes to the open row, else the first. @param {1 | -1} step */
  move(step) {
    const rows = this.#order;
    const focused = rows.findIndex((row) => row.hasFocus);
    const from = focused >= 0 ? focused : rows.findIndex((row) => row.isOpen);
    rows[from < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, from + step))]?.focus();
  }

  /** @param {string} id */
  focus(id) {
    (this.#rows.get(id) ?? this.#order[0])?.focus();
  }

  /** @param {Tab} tab */
  #tab(tab) {
    const count = el("span", { class: "tab-count figures" });
    const button = el(
      "button",
      {
        class: "tab",
        type: "button",
        "data-tab": tab,
        "aria-pressed": "false",
        on: { click: () => this.#choose(tab) },
      },
      TABS[tab],
      count,
    );
    return { button, count };
  }

  /** @param {Tab} tab */
  #choose(tab) {
    this.#shown = MOST_ROWS;
    this.#verbs.chooseTab(tab);
  }

  #searchSoon() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#verbs.search({ query: this.#search.value.trim() }), SEARCH_AFTER_MS);
  }

  /** @param {InboxModel} model */
  #drawBody(model) {
    if (model.items.length) this.#drawRows(model);
    else this.#drawNothing(model);
  }

  /** @param {InboxModel} model */
  #drawRows(model) {
    this.#emptyKey = "";
    const visible = model.items.slice(0, model.tab === "all" ? model.items.length : this.#shown);
    this.#order = visible.map((summary) => this.#row(summary, model.rowState(summary)));
    const wanted = new Set(visible.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!wanted.has(id)) this.#rows.delete(id);
    arrange(
      this.#list,
      this.#order.map(({ element }) => element),
    );
    const hidden = model.items.length - visible.length;
    write(
      this.#more,
      model.isLoadingMore ? "Loading more" : hidden ? `Show more of ${hidden} others` : "Show earlier ones",
    );
    const problem = model.problem ? [this.#problemNode(model.problem)] : [];
    arrange(this.#body, [...problem, this.#list, ...(hidden || model.hasMore ? [this.#more] : [])]);
  }

  /** @param {Summary} summary @param {RowState} state */
  #row(summary, state) {
    const row = this.#rows.get(summary.id) ?? new RowView(summary.id);
    this.#rows.set(summary.id, row);
    row.draw(summary, state);
    return row;
  }

  /** @param {InboxModel} model */
  #drawNothing(model) {
    const key = [model.tab, model.loading, model.problem, model.query, model.status].join("|");
    if (key === this.#emptyKey) return;
    this.#emptyKey = key;
    this.#rows.clear();
    this.#order = [];
    this.#list.replaceChildren();
    arrange(this.#body, [this.#nothing(model)]);
  }

  /** @param {InboxModel} model */
  #nothing({ tab, loading, problem, query, status }) {
    if (loading === "loading") return loadingNode("conversations");
    if (loading === "failed") return this.#problemNode(problem ?? "");
    if (tab === "all" && (query || status))
      return emptyNode(
        "search",
        "Nothing found",
        query
          ? `No conversation says “${query}”${status ? " in this state" : ""}. Try another word, or any state.`
          : "No conversation is in this state.",
      );
    return emptyNode(EMPTY[tab].icon, EMPTY[tab].heading, EMPTY[tab].text);
  }

  /** The same node while the problem is the same, so that it is announced once. @param {string} detail */
  #problemNode(detail) {
    if (this.#problem?.detail !== detail) this.#problem = { detail, node: this.#newProblem(detail) };
    return this.#problem.node;
  }

  /** @param {string} detail */
  #newProblem(detail) {
    return el(
      "div",
      { class: "notice notice-danger inbox-problem", role: "alert" },
      icon("warning"),
      el(
        "div",
        {},
        el("p", {}, `The conversations could not be read. ${detail}`),
        el(
          "button",
          { class: "button-link", type: "button", on: { click: () => this.#verbs.readListAgain() } },
          "Try again",
        ),
      ),
    );
  }

  #showMore() {
    this.#shown += MOST_ROWS;
    this.#verbs.showMore();
  }
}
