// @ts-check
/** @import { TurnRecord } from "../types.js" */
import { drawn, el } from "../nodes.js";
import { CHANCES } from "../words.js";

const WIDTH = 360;
const ROW = 36;
const BAR = 8;
const GAP = 18;

/**
 * What confidence is the product of, a bar for each chance, and the product against the threshold. Null for a record
 * that has no chances: one that was made before they were kept, or where nothing was drafted.
 * @param {TurnRecord} record
 */
export function chancesChart({ signals, confidence, threshold }) {
  const found = chancesOf(signals?.chances);
  if (!found.length || typeof confidence !== "number") return null;
  const all = [...found, { name: "All three together", value: confidence }];
  const needs = typeof threshold === "number" ? `, needed ${threshold.toFixed(2)}` : "";
  const inWords = `${all.map(({ name, value }) => `${name}: ${value.toFixed(2)}`).join("; ")}${needs}`;
  const svg = drawn(
    "svg",
    { class: "chances", viewBox: `0 0 ${WIDTH} ${all.length * ROW}`, role: "img", "aria-label": inWords },
    ...all.flatMap(({ name, value }, at) => row(name, value, at * ROW, at === found.length ? needs : null)),
    ...(typeof threshold === "number" ? [line(threshold, found.length * ROW)] : []),
  );
  const more = lacking(signals);
  return el("figure", { class: "chances-figure" }, svg, more && el("figcaption", { class: "tiny faint" }, more));
}

/** @param {unknown} chances @returns {{ name: string, value: number }[]} in the order they are asked */
function chancesOf(chances) {
  if (!chances || typeof chances !== "object") return [];
  const values = /** @type {Record<string, unknown>} */ (chances);
  return Object.entries(CHANCES).flatMap(([id, name]) => {
    const value = values[id];
    return typeof value === "number" ? [{ name, value }] : [];
  });
}

/** @param {string} name @param {number} value @param {number} top @param {string | null} needs null for a factor */
function row(name, value, top, needs) {
  const kind = needs === null ? "" : " is-product";
  return [
    text(`chance-name${kind}`, 0, top + 11, name),
    text(`chance-figure${kind}`, WIDTH, top + 11, `${value.toFixed(2)}${needs ?? ""}`),
    drawn("rect", { class: "chance-ground", x: 0, y: top + GAP, width: WIDTH, height: BAR, rx: 2 }),
    drawn("rect", {
      class: `chance-bar${kind}`,
      x: 0,
      y: top + GAP,
      width: Math.max(1, value * WIDTH),
      height: BAR,
      rx: 2,
    }),
  ];
}

/** @param {number} threshold @param {number} top */
function line(threshold, top) {
  const x = Math.min(WIDTH - 1, threshold * WIDTH);
  return drawn("path", { class: "chance-needed", d: `M${x.toFixed(1)} ${top + GAP - 3}v${BAR + 6}` });
}

/** @param {string} kind @param {number} x @param {number} y @param {string} words */
function text(kind, x, y, words) {
  return drawn("text", { class: kind, x, y }, document.createTextNode(words));
}

/** Why the threshold alone may not tell it. @param {Record<string, unknown> | null | undefined} signals */
function lacking(signals) {
  const parts = signals?.parts;
  const unmet = signals?.unmet;
  return [
    Array.isArray(parts) && "Of the question that it was least sure of.",
    Array.isArray(unmet) && unmet.length > 0 && "More is needed for each telling word that the source does not have.",
  ]
    .filter(Boolean)
    .join(" ");
}
