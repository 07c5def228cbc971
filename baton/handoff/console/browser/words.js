// @ts-check
/** What the console says about things: times, people, decisions, reasons. Pure functions over values. */
/** @import { Assurance, Holder, Reason, Status, Summary, TurnRecord, Visitor, Working } from "./types.js" */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const LONG_DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const MEDIUM_DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/**
 * A short age for lists: "now", "4 min", "3 h", "2 d", then the date.
 * @param {number} milliseconds
 * @param {number} then
 */
export function age(milliseconds, then) {
  if (milliseconds < MINUTE) return "now";
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < DAY) return `${Math.floor(milliseconds / HOUR)} h`;
  if (milliseconds < 7 * DAY) return `${Math.floor(milliseconds / DAY)} d`;
  return SHORT_DAY.format(then);
}

/** @param {string | number} at */
export function dateOf(at) {
  return MEDIUM_DAY.format(new Date(at));
}

/** A waiting time to the second while it is short. @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86400)} d`;
}

/** @param {string | number} at */
export function exact(at) {
  return EXACT.format(new Date(at));
}

/** @param {string | number} at */
export function timeOfDay(at) {
  return TIME.format(new Date(at));
}

/**
 * @param {string | number} at
 * @param {number} now
 */
export function day(at, now) {
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return LONG_DAY.format(new Date(at));
}

/** A name, an address, or enough of the id to tell two apart. @param {Visitor | null | undefined} visitor */
export function visitorName(visitor) {
  return visitor?.name || visitor?.email || (visitor?.id ? `Visitor ${visitor.id.slice(-4)}` : "Visitor");
}

/** @type {Record<Assurance, { word: string, means: string }>} */
export const ASSURANCE = {
  verified: { word: "Verified", means: "The site signed who this is." },
  claimed: { word: "Claimed", means: "The visitor said so. Nothing proves it." },
  anonymous: { word: "Anonymous", means: "Nobody has said who this is." },
};

/**
 * Who has the conversation now, in words.
 * @param {{ status: Status, holder: Holder }} conversation
 * @param {string} me
 */
export function holding({ status, holder }, me) {
  if (status === "resolved") return "Resolved";
  if (status === "waiting_for_agent") return "Waiting for a person";
  if (status === "with_agent") return holder.id === me ? "With you" : `With ${holder.name ?? "a colleague"}`;
  return "With the assistant";
}

/** @type {Record<string, string>} */
const REASONS = {
  visitor_asked: "Asked for a person",
  wish: "Asked for a person",
  taken: "Taken over",
  mood: "Unhappy",
  unhappy_for_long: "Unhappy for long",
  safety: "Speaks of harm",
  threat: "Threatens legal steps or publicity",
  no_progress: "No progress",
  rejected: "The answer was no help",
  offers_running: "Offered a person twice",
  nothing_found: "Not in the help pages",
  not_stated: "Not in the help pages",
  not_confident: "Not sure of the answer",
  low_confidence: "Not sure of the answer",
  paused: "The assistant is paused",
  shadow: "People answer here",
  failed: "The assistant failed",
};

/** A reason's code as a few words. @param {string | null | undefined} code */
export function reasonWords(code) {
  if (!code) return "";
  return REASONS[code] ?? capital(code.replace(/[._]+/g, " "));
}

/**
 * Why a conversation waits, in a few words for a list.
 * @param {Summary} summary
 */
export function whyWaiting({ handoff }) {
  if (!handoff) return "";
  const known = handoff.reason ? REASONS[handoff.reason] : "";
  return known || handoff.reasons?.[0]?.text?.replace(/\.$/, "") || reasonWords(handoff.reason);
}

/**
 * @param {number | null | undefined} level -1..1
 * @returns {{ icon: string, word: string, tone: "low" | "even" | "good" }}
 */
export function mood(level) {
  if (level !== null && level !== undefined && level <= -0.5) return { icon: "mood-low", word: "upset", tone: "low" };
  if (level !== null && level !== undefined && level <= -0.15)
    return { icon: "mood-low", word: "unhappy", tone: "low" };
  if (level !== null && level !== undefined && level >= 0.3)
    return { icon: "mood-good", word: "content", tone: "good" };
  return { icon: "mood-even", word: "even", tone: "even" };
}

/** @type {Record<string, string>} */
const DECISIONS = {
  answer: "Answered",
  clarify: "Asked back",
  offer: "Offered a person",
  hold: "Held for review",
  act: "Acted",
  escalate: "Handed to a person",
  small_talk: "Small talk",
};

/** @param {string} decision */
export function decisionWords(decision) {
  return DECISIONS[decision] ?? capital(decision.replace(/_/g, " "));
}

/** Words first, numbers on demand. @param {number | null | undefined} confidence */
export function confidenceWords(confidence) {
  if (confidence === null || confidence === undefined) return "not measured";
  if (confidence >= 0.75) return "sure";
  if (confidence >= 0.4) return "near";
  return "not sure";
}

/**
 * The decision in one sentence: what was done, and the first reasons for it.
 * @param {Pick<TurnRecord, "decision" | "reasons" | "confidence">} turn
 */
export function why(turn) {
  const reasons = (turn.reasons ?? []).map(reasonText).filter(Boolean);
  const because = reasons.slice(0, 2).map(uncapital).join(", and ");
  return because
    ? `${decisionWords(turn.decision)}: ${because}.`
    : `${decisionWords(turn.decision)}, ${confidenceWords(turn.confidence)}.`;
}

/** Words first: the figures stand in the table below. @type {Record<string, string>} */
const SENTENCES = {
  confident: "It is sure enough of the answer",
  not_confident: "It is not sure enough of the answer",
};

/** A reason as a sentence without its full stop. @param {string | Reason} reason */
export function reasonText(reason) {
  const code = typeof reason === "string" ? reason : reason.code;
  const text = SENTENCES[code] || (typeof reason === "string" ? "" : reason.text) || reasonWords(code);
  return text.replace(/[.\s]+$/, "");
}

/** What confidence is the product of, in the order it is asked. @type {Record<string, string>} */
export const CHANCES = {
  covered: "Our pages cover this",
  on_page: "The right page",
  answered: "It answers the question",
};

/** @type {Record<string, string>} */
const SIGNALS = {
  closeness: "Meaning close to the question",
  strength: "Found by search",
  margin: "Ahead of other pages in search",
  agreement: "Wording and meaning agree",
  share: "Ahead of other passages",
  lead: "Lead over the next passage",
  page_share: "Found on one page",
  cover_of_quote: "Words met by the quote",
  cover_of_passage: "Words met by the passage",
  rarest_met: "The rarest word met",
  words_known: "Words known to our pages",
  sentence: "Nearest sentence",
  heading: "Heading fits",
  fits_kind: "The kind of answer asked for",
  stated: "Numbers and names stated",
  unopposed: "Nothing turned round",
  support: "Claims backed by the source",
  missing: "Not stated by the source",
  unmet: "Telling words not in the source",
  opposed: "Asked one, stated the other",
  mood_triggers: "Signs of mood",
  dissatisfaction: "Likely dissatisfied",
  task_certainty: "Sure of the task type",
  parts: "Questions in the message",
};

/** A signal's name for people. @param {string} name */
export function signalWords(name) {
  return SIGNALS[name] ?? capital(name.replace(/_/g, " "));
}

/** What brings a mood down, as the assistant's own reasons say it. @type {Record<string, string>} */
export const TRIGGERS = {
  insult: "insults",
  shouting: "shouting",
  told_already: "had to say it before",
  threat: "threatens",
  leaving: "speaks of leaving",
  unserved: "does not get what was asked for",
  repetition: "asks the same again",
  floor: "very unhappy",
  fall: "suddenly unhappy",
  sustained: "unhappy for several messages",
};

/** @type {Record<Exclude<Working, null>, string>} */
export const WORKING = {
  reading: "The assistant is reading",
  searching: "The assistant is looking in the help pages",
  writing: "The assistant is writing",
  checking: "The assistant is checking its answer",
};

/** @type {Record<string, string>} */
export const OUTCOMES = {
  confirmed: "the visitor confirmed it is solved",
  solved: "solved",
  assumed: "taken as solved",
  abandoned: "the visitor left",
};

/** @param {string} text */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const SMALL_WORDS =
  /^(?:The|A|An|It|This|That|There|No|Nobody|Nothing|Not|None|Every|Only|Several|What|They|Its|How|Confidence|At)\b/;

/** Lower the first letter of a sentence that goes on after another, unless it may be a name. @param {string} text */
export function uncapital(text) {
  return SMALL_WORDS.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/**
 * A number with its noun.
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
