// @ts-check
/** Turns a message's text into nodes: paragraphs, lists, bold, code and links. Everything else stays the text it is. */
import { el } from "./nodes.js";

const INLINE =
  /\*\*(?<bold>[^*\n]+)\*\*|`(?<code>[^`\n]+)`|\[(?<label>[^\]\n]+)\]\((?<target>https?:\/\/[^\s)]+)\)|(?<url>https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?])/g;
const BULLET = /^\s*[-*•]\s+(?=\S)/;
const NUMBER = /^\s*\d{1,3}[.)]\s+(?=\S)/;

/**
 * @param {string} text
 * @param {{ markdown: boolean }} options  visitors and agents write plainly: only their links are found
 * @returns {Node[]}
 */
export function prose(text, { markdown }) {
  const blocks = text.trim().split(/\n\s*\n/);
  return blocks.flatMap((block) =>
    markdown ? formatted(block.split("\n")) : [el("p", { class: "plain" }, ...inline(block, false))],
  );
}

/**
 * @param {string[]} lines of one block; runs of list items become lists
 * @returns {Node[]}
 */
function formatted(lines) {
  /** @type {Node[]} */
  const nodes = [];
  for (const run of runs(lines)) {
    if (run.kind === "text") nodes.push(el("p", { class: "plain" }, ...inline(run.lines.join("\n"), true)));
    else
      nodes.push(
        el(
          run.kind,
          {},
          run.lines.map((line) => el("li", {}, ...inline(line.replace(run.kind === "ul" ? BULLET : NUMBER, ""), true))),
        ),
      );
  }
  return nodes;
}

/** @param {string[]} lines */
function runs(lines) {
  /** @type {{ kind: "text" | "ul" | "ol", lines: string[] }[]} */
  const found = [];
  for (const line of lines) {
    const kind = BULLET.test(line) ? "ul" : NUMBER.test(line) ? "ol" : "text";
    const last = found.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else found.push({ kind, lines: [line] });
  }
  return found;
}

/**
 * @param {string} text
 * @param {boolean} markdown
 * @returns {(Node | string)[]}
 */
function inline(text, markdown) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const { bold, code, label, target, url } = match.groups ?? {};
    if (!markdown && !url) continue;
    nodes.push(text.slice(end, match.index));
    if (bold) nodes.push(el("strong", {}, bold));
    else if (code) nodes.push(el("code", {}, code));
    else nodes.push(link(target ?? url ?? "", label ?? url ?? ""));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

/**
 * A link that tells the other side nothing about the console.
 * @param {string} href
 * @param {string} label
 */
export function link(href, label) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

/** @param {string | null | undefined} url @returns {url is string} */
export function isWebAddress(url) {
  return typeof url === "string" && /^https?:\/\//i.test(url);
}
