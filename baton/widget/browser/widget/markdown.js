// @ts-check
// The part of Markdown that an answer needs, built as nodes: no markup of the text itself ever becomes an element.

import { h } from "./dom.js";

const INLINE =
  /`([^`]+)`|\*\*([^*].*?)\*\*|(?<![\w*])\*([^\s*][^*]*?)\*(?![\w*])|(?<!\w)_([^\s_][^_]*?)_(?!\w)|!?\[([^[\]]*)\]\(([^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)|\bhttps?:\/\/[^\s<>"]*[^\s<>".,;:!?)']/g;
const FENCE = /^\s*```/;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)/;

/** @returns {DocumentFragment} */
export function markdown(/** @type {string} */ text) {
  const lines = text.replace(/\r/g, "").split("\n");
  const out = new DocumentFragment();
  while (lines.length) out.append(...block(lines));
  return out;
}

/** Takes the lines of the next block away and returns its node. @returns {Node[]} */
function block(/** @type {string[]} */ lines) {
  const line = lines[0];
  const item = ITEM.exec(line);
  if (!line.trim()) return lines.splice(0, 1) && [];
  if (FENCE.test(line)) return [code(lines)];
  if (item) return [list(lines, item[1])];
  return [paragraph(lines)];
}

function code(/** @type {string[]} */ lines) {
  const end = lines.findIndex((line, at) => at && FENCE.test(line));
  const inside = lines.splice(0, end < 0 ? lines.length : end + 1).slice(1, end < 0 ? undefined : -1);
  return h("pre", { tabindex: "0" }, h("code", {}, inside.join("\n")));
}

function list(/** @type {string[]} */ lines, /** @type {string | undefined} */ start) {
  const node = start ? h("ol", { start }) : h("ul");
  let item = ITEM.exec(lines[0]);
  while (item) {
    node.append(h("li", {}, ...inline(item[2])));
    lines.shift();
    item = ITEM.exec(lines[0] ?? "");
  }
  return node;
}

function paragraph(/** @type {string[]} */ lines) {
  const end = lines.findIndex((line, at) => at && (!line.trim() || ITEM.test(line) || FENCE.test(line)));
  const own = lines.splice(0, end < 0 ? lines.length : end);
  return h("p", {}, ...own.flatMap((line, at) => (at ? [h("br"), ...inline(line)] : inline(line))));
}

/** @returns {(Node | string)[]} */
function inline(/** @type {string} */ text) {
  const out = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    out.push(text.slice(end, found.index), styled(found));
    end = found.index + found[0].length;
  }
  return [...out, text.slice(end)].filter((part) => part !== "");
}

function styled(/** @type {string[]} */ [all, mono, bold, star, under, label, target]) {
  if (mono) return h("code", {}, mono);
  if (bold) return h("strong", {}, ...inline(bold));
  if (star || under) return h("em", {}, ...inline(star || under));
  if (label === undefined) return link(all, [all]);
  return all[0] === "!" ? label : link(target, inline(label));
}

/** A link in a new tab, or just its words where the address is not of the web. @param {(Node | string)[]} label */
export function link(/** @type {string} */ href, label) {
  if (!/^https?:\/\//i.test(href)) return h("span", {}, ...label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...label);
}
