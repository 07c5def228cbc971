// @ts-check
/** @import { Citation, Source } from "../types.js" */
import { el, icon } from "../nodes.js";
import { isWebAddress } from "../prose.js";

/**
 * Where an answer comes from: one quiet line each, opening the quote.
 * @param {(Source | Citation)[] | null | undefined} sources
 */
export function sourcesNode(sources) {
  if (!sources?.length) return null;
  return el(
    "ul",
    { class: "sources", "aria-label": "Sources" },
    sources.map((source) => el("li", {}, sourceNode(source))),
  );
}

/** @param {Source | Citation} source */
function sourceNode({ title, place, quote, url }) {
  const name = place || title || "A document";
  return el(
    "details",
    { class: "source" },
    el("summary", {}, icon("document"), el("span", {}, name)),
    el("blockquote", {}, quote || "The passage has no quote."),
    isWebAddress(url)
      ? el(
          "a",
          { class: "source-link", href: url, target: "_blank", rel: "noopener noreferrer" },
          `Open ${title || name}`,
          icon("outside"),
        )
      : null,
  );
}
