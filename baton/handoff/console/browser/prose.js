// @ts-check
/** Turns a message's text into nodes, by the same Markdown as the visitor's widget. Everything else stays the text it is. */
import { el } from "./nodes.js";

const ADDRESS = /\bhttps?:\/\/[^\s<>"]*[^\s<>".,;:!?)']/g;
const INLINE = new RegExp(
  [
    /`(?<code>[^`]+)`/,
    /\*\*(?<bold>[^*].*?)\*\*/,
    /(?<![\w*])\*(?<star>[^\s*][^*]*?)\*(?![\w*])/,
    /(?<!\w)_(?<under>[^\s_][^_]*?)_(?!\w)/,
    /!?\[(?<label>[^[\]]*)\]\((?<target>[^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)/,
    ADDRESS,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);
const FENCE = /^\s*```/;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)/;

/**
 * @param {string} text
 * @param {{ markdown: boolean }} options  visitors and notes are plain: only their links are found
 * @returns {Node[]}
 */
export function prose(text, { markdown }) {
  if (!markdown)
    return text
      .trim()
      .split(/\n\s*\n/)
      .map(plain);
  const lines = text.replace(/\r/g, "").split("\n");
  /** @type {Node[]} */
  const nodes = [];
  while (lines.length) nodes.push(...block(lines));
  return nodes;
}

/** A line of a message without the marks of its form, for where there is no room for it. @param {string} line */
export function unformatted(line) {
  return inline(line)
    .map((part) => (typeof part === "string" ? part : part.textContent))
    .join("");
}

/** @param {string} paragraph */
function plain(paragraph) {
  return el("p", { class: "plain" }, ...replaced(paragraph, ADDRESS, ([url]) => link(url, [url])));
}

/** Takes the lines of the next block away and returns its node. @param {string[]} lines @returns {Node[]} */
function block(lines) {
  const [line] = lines;
  const item = ITEM.exec(line);
  if (!line.trim()) return lines.splice(0, 1) && [];
  if (FENCE.test(line)) return [fenced(lines)];
  if (item) return [list(lines, item[1])];
  return [paragraph(lines)];
}

/** @param {string[]} lines */
function fenced(lines) {
  const end = lines.findIndex((line, at) => at && FENCE.test(line));
  const inside = lines.splice(0, end < 0 ? lines.length : end + 1).slice(1, end < 0 ? undefined : -1);
  return el("pre", { tabindex: "0" }, el("code", {}, inside.join("\n")));
}

/** @param {string[]} lines @param {string | undefined} start */
function list(lines, start) {
  const node = start ? el("ol", { start }) : el("ul");
  let item = ITEM.exec(lines[0]);
  while (item) {
    node.append(el("li", {}, ...inline(item[2])));
    lines.shift();
    item = ITEM.exec(lines[0] ?? "");
  }
  return node;
}

/** @param {string[]} lines */
function paragraph(lines) {
  const end = lines.findIndex((line, at) => at && (!line.trim() || ITEM.test(line) || FENCE.test(line)));
  const own = lines.splice(0, end < 0 ? lines.length : end);
  return el("p", {}, ...own.flatMap((line, at) => (at ? [el("br"), ...inline(line)] : inline(line))));
}

/** @param {string} text @returns {(Node | string)[]} */
function inline(text) {
  return replaced(text, INLINE, styled);
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {(found: RegExpExecArray) => Node | string} node
 */
function replaced(text, pattern, node) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(end, found.index), node(found));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

/** An image is only ever its description. @param {RegExpExecArray} found @returns {Node | string} */
function styled({ 0: all, groups }) {
  const { code, bold, star, under, label, target = "" } = groups ?? {};
  if (code) return el("code", {}, code);
  if (bold) return el("strong", {}, ...inline(bold));
  if (star || under) return el("em", {}, ...inline(star || under));
  if (label === undefined) return link(all, [all]);
  return all[0] === "!" ? label : link(target, inline(label));
}

/**
 * A link that tells the other side nothing about the console, or just its words where the address is not of the web.
 * @param {string} href
 * @param {(Node | string)[]} label
 */
export function link(href, label) {
  if (!isWebAddress(href)) return el("span", {}, ...label);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...label);
}

/** @param {string | null | undefined} url @returns {url is string} */
export function isWebAddress(url) {
  return typeof url === "string" && /^https?:\/\//i.test(url);
}
