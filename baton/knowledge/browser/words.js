// @ts-check
/** How things are said on this page. */

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const NUMBER = new Intl.NumberFormat("en");
const EXACT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** @type {Record<string, {word: string, look: string, icon: string}>} */
export const STATUS = {
  queued: { word: "Waiting", look: "badge-waiting", icon: "clock" },
  reading: { word: "Being read", look: "badge-brand", icon: "document" },
  indexed: { word: "Ready", look: "badge-human", icon: "accept" },
  failed: { word: "Not readable", look: "badge-danger", icon: "warning" },
};

/**
 * @param {string} at RFC 3339
 * @param {number} [now] milliseconds
 */
export function ago(at, now = Date.now()) {
  const seconds = (new Date(at).getTime() - now) / 1000;
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  return "just now";
}

/** @param {string} at */
export const exactly = (at) => EXACT.format(new Date(at));

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${NUMBER.format(count)} ${count === 1 ? one : many}`;
}

/** @param {number} count */
export const number = (count) => NUMBER.format(count);

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * How near a passage is, first in a word.
 * @param {number} score from 0 to 1
 */
export function nearness(score) {
  if (score >= 0.6) return { word: "Close", look: "badge-human" };
  if (score >= 0.35) return { word: "Near", look: "badge-waiting" };
  return { word: "Far", look: "badge-outline" };
}
