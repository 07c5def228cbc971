// @ts-check
import { drawn, el } from "../nodes.js";
import { mood } from "../words.js";

const WIDTH = 280;
const HEIGHT = 56;
const INSET = 6;

/**
 * The visitor's mood over the conversation: a line between content and upset, with words for those who can't see it.
 * @param {{ seq: number, level: number }[]} levels -1..1, in order
 */
export function moodChart(levels) {
  const points = levels.map(({ level }, at) => ({ x: x(at, levels.length), y: y(level), level }));
  const last = points.at(-1);
  if (!last) return null;
  const path = points.map((point, at) => `${at ? "L" : "M"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("");
  const svg = drawn(
    "svg",
    { class: "mood-chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": inWords(levels) },
    drawn("path", { class: "mood-zero", d: `M${INSET} ${y(0)}H${WIDTH - INSET}` }),
    drawn("path", { class: "mood-line", d: path }),
    ...points.map((point) =>
      drawn("circle", {
        class: `mood-point mood-${mood(point.level).tone}`,
        cx: point.x,
        cy: point.y,
        r: point === last ? 4 : 2.5,
      }),
    ),
  );
  return el("figure", { class: "mood-figure" }, svg, el("figcaption", { class: "tiny faint" }, inWords(levels)));
}

/** @param {{ level: number }[]} levels */
function inWords(levels) {
  const first = mood(levels[0]?.level).word;
  const last = mood(levels.at(-1)?.level).word;
  if (levels.length === 1) return `Now ${last}`;
  return first === last ? `Stayed ${last}` : `From ${first} to ${last}`;
}

/** @param {number} at @param {number} count */
function x(at, count) {
  return count === 1 ? WIDTH / 2 : INSET + (at * (WIDTH - 2 * INSET)) / (count - 1);
}

/** @param {number} level */
function y(level) {
  return HEIGHT / 2 - Math.max(-1, Math.min(1, level)) * (HEIGHT / 2 - INSET);
}
