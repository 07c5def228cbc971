// @ts-check
// The things of the transcript: messages with what belongs under them, quiet lines, work under way, the small forms.

import { button, h, icon } from "../dom.js";
import { link, markdown } from "../markdown.js";

/** @typedef {import("../../types").Item} Item */
/** @typedef {import("../../types").Ui} Ui */

const UNITS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["day", 1440],
  ["hour", 60],
  ["minute", 1],
]);

/** Each place once: a table may stand in several pieces. @param {Item} item */
const places = ({ citations = [] }) => [...new Map(citations.map((one) => [`${one.url}${one.place}`, one])).values()];

/** @param {Item} item @param {Ui} ui */
export function message(item, ui) {
  const kind = item.author?.kind ?? "assistant";
  const mine = kind === "visitor";
  return h(
    `div.message.${kind}`,
    { part: `message ${kind}`, inert: item.type === "stream" },
    byline(item, ui, mine),
    h("div.bubble", { part: "bubble", dir: "auto" }, ...said(item, ui, mine)),
    ...places(item).map((citation) => source(citation, ui)),
    !!item.citations?.length && thumbs(item, ui),
    item.last && chips(item, ui),
    mine && meta(item, ui),
  );
}

/** The line under a visitor's own message: on its way, sent, seen, or not sent. @param {Item} item @param {Ui} ui */
export function meta({ mark, id, at }, { t, locale, actions }) {
  const done = mark === "sent" || mark === "seen";
  return h(
    `p.meta.${mark || "old"}`,
    { "aria-live": "off" },
    mark && t(mark),
    mark === "failed" && button("link", t("retry"), () => actions.retry(id ?? "")),
    done && at && time(at, locale),
  );
}

/** A face: a picture from the Baton host, or the first letter of the name. */
export function face(
  /** @type {string} */ name,
  /** @type {string | null | undefined} */ avatar,
  /** @type {string} */ host,
) {
  const node = h("span.face", { "aria-hidden": "true" }, [...name][0]);
  const url = avatar ? address(avatar, host) : "";
  if (url.startsWith(`${host}/`)) {
    node.append(h("img", { src: url, alt: "", onerror: (/** @type {any} */ event) => event.target.remove() }));
  }
  return node;
}

/** How long ago, exact on hover; `refresh` keeps it true. */
function time(/** @type {string | number} */ at, /** @type {string} */ locale) {
  const date = new Date(at);
  const node = h("time", { datetime: date.toISOString(), title: date.toLocaleString(locale) });
  refresh(node, locale);
  return node;
}

export function refresh(/** @type {HTMLTimeElement} */ node, /** @type {string} */ locale) {
  const minutes = (Date.now() - Date.parse(node.dateTime)) / 60000;
  const [unit, size] = UNITS.find(([, least]) => minutes >= least) ?? ["second", Infinity];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  node.textContent = format.format(-Math.floor(minutes / size), unit);
}

/** What happened, in plain words. @param {Item} item @param {Ui} ui */
export function line({ event }, { t }) {
  const { kind, body } = /** @type {import("../../types").Event} */ (event);
  const passing = kind === "handoff.requested" && body?.by !== "visitor";
  const words = t(passing ? "handoff.transferred" : kind, { name: body?.agent?.name || t("team") });
  return h("p.line", {}, [words, body?.text].filter(Boolean).join(": "));
}

/** Typing, then in words what takes so long, then the way to a person. @param {Item} item @param {Ui} ui */
export function work({ author, state, slow }, ui) {
  const { t } = ui;
  const words = author ? t("typing", { name: author.name || t("team") }) : state ? t(state) : "";
  return h(
    "div.work",
    {},
    h("div.dots", { role: "img", "aria-label": words || t("writing") }, h("i"), h("i"), h("i")),
    words && h("span", {}, words),
    slow && suggest(null, ui),
  );
}

/** @param {unknown} _ @param {Ui} ui */
export function suggest(_, { t, actions }) {
  return h("div.offer", {}, t("offer"), button("chip", t("person"), actions.askPerson, "person"));
}

/** @param {Item} item @param {Ui} ui */
export function contact({ given }, { t, actions }) {
  if (given) return h("p.line", {}, t("left", { email: given }));
  const email = h("input", { type: "email", required: true, autocomplete: "email", maxlength: 254 });
  const name = h("input", { autocomplete: "name", maxlength: 100 });
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    actions.contact(email.value.trim(), name.value.trim());
  };
  return h(
    "form.card",
    { onsubmit },
    h("b", {}, t("contact")),
    h("label", {}, t("email"), email),
    h("label", {}, t("name"), name),
    h("button.primary", {}, t("leave")),
  );
}

/** @param {Item} item @param {Ui} ui */
export function rating({ given }, { t, actions }) {
  if (given) return h("p.line", {}, t("rated"));
  const star = (/** @type {number} */ n) => button("icon", t("score", { n }), () => actions.rate(n), "star", true);
  return h(
    "div.card",
    { role: "group", "aria-label": t("rating") },
    h("b", {}, t("rating")),
    h("div", {}, ...[1, 2, 3, 4, 5].map(star)),
  );
}

/** Buttons that say what they send. @param {Item} item @param {Ui} ui */
function chips({ choices = [], type }, { t, actions }) {
  const all = choices.map((choice) => (typeof choice === "string" ? { text: choice } : choice));
  const chip = ({ text = "", action = "" }) =>
    action ? button("chip", text, actions.askPerson, "person") : button("chip", text, () => actions.send(text));
  if (type === "greeting") all.push({ text: t("person"), action: "person" });
  return all.length > 0 && h("div.chips", {}, ...all.map(chip));
}

/** @param {Item} item @param {Ui} ui @param {boolean} mine */
function byline({ author, opens, at }, { t, host, locale }, mine) {
  if (!opens) return null;
  if (mine) return h("p.hide", {}, t("you"));
  const agent = author?.kind === "agent";
  const name = agent ? author?.name || t("team") : t("assistant");
  return h(
    "p.by",
    {},
    agent && face(name, author?.avatar, host),
    h("b", {}, name),
    h("span.tag", {}, t(agent ? "team" : "software")),
    at && time(at, locale),
  );
}

/** @param {Item} item @param {Ui} ui @param {boolean} mine */
function said({ text, files = [] }, { t, host }, mine) {
  if (text == null) return [h("em", {}, t("removed"))];
  return [
    mine ? text : markdown(text),
    ...files.map(({ url, name }) => h("p", {}, link(address(url, host), [name || url]))),
  ];
}

function source(/** @type {import("../../types").Citation} */ { place, title, url, quote }, /** @type {Ui} */ { t }) {
  return h(
    "details",
    { part: "source", ontoggle: (/** @type {any} */ event) => event.target.scrollIntoView({ block: "nearest" }) },
    h("summary", {}, icon("page"), h("span", {}, place || title || "")),
    h("blockquote", { dir: "auto" }, quote),
    url && link(url, [t("source")]),
  );
}

function thumbs(/** @type {Item} */ { given, seq = 0 }, /** @type {Ui} */ { t, actions }) {
  const thumb = (/** @type {boolean} */ helpful) => {
    const name = helpful ? "helpful" : "unhelpful";
    const node = button(`icon.${name}`, t(name), () => given !== helpful && actions.feedback(seq, helpful), "up", true);
    node.ariaPressed = `${given === helpful}`;
    return node;
  };
  return h("div.thumbs", {}, thumb(true), thumb(false));
}

/** A full address, also of what the server names by its path alone; empty if it is none. */
const address = (/** @type {string} */ url, /** @type {string} */ host) =>
  URL.canParse(url, host) ? new URL(url, host).href : "";
