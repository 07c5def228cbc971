// @ts-check
// The two bars of the panel. On top: whose chat it is, who is here, the way to a person and out, and what is going on.
// At the bottom: where the visitor writes.

import { asking } from "../conversation.js";
import { button, h } from "../dom.js";
import { face } from "./items.js";

/** @typedef {import("../../types").State} State */

const LINES = 5;

/** @param {import("../../types").Ui} ui @param {false | (() => void)} close */
export function top({ t, host, actions }, close) {
  const title = h("div");
  const person = button("icon", t("person"), actions.askPerson, "person", true);
  const node = h(
    "header",
    { part: "header" },
    title,
    person,
    close && button("icon", t("close"), close, "close", true),
  );
  const banner = h("div.banner", { role: "status" });
  let drawn = "";

  /**
   * Whose turn it is to be here; who else is can't be known while away.
   * @param {State} state @param {boolean} waits @param {boolean} away
   */
  const here = ({ brand, status, holder, online }, waits, away) => {
    if (status === "with_agent") return [!away && h("i.dot"), `${holder.name || t("team")} · ${t("team")}`];
    if (waits) return [h("i.dot.waiting"), t("waiting")];
    return [
      h("span", {}, brand.people_only ? t("team") : `${t("assistant")} · ${t("software")}`),
      ...(online && !away ? [h("i.dot"), t("people")] : []),
    ];
  };

  const place = (/** @type {State} */ { status, queue, online }) => {
    if (status !== "waiting_for_agent") return t("asking");
    if (!online) return t("nobody");
    if (!queue?.position) return t("waiting");
    const n = Math.ceil((queue.estimate_seconds ?? 0) / 60);
    return t("position", { n: queue.position }) + (n ? `, ${t("estimate", { n })}` : "");
  };

  /** The one thing to know now: classes, words, and what to do about it. @param {State} state @param {boolean} away @param {boolean} waits */
  const notice = (state, away, waits) => {
    if (state.link === "stopped") return ["", t("stopped"), button("link", t("retry"), actions.again)];
    if (away) return ["", t("lost")];
    if (state.refusal) return [".bad", t("refused")];
    if (waits) return [".wait", place(state), button("link", t("cancel"), actions.cancelPerson)];
    return state.status === "resolved" ? ["", t("resolved"), button("link", t("fresh"), actions.startNew)] : [];
  };

  /** @param {State} state @param {boolean} away whether the connection has been gone for long enough to say so */
  const draw = (state, away) => {
    const { brand, status, holder, online, queue, refusal, link } = state;
    const waits = status === "waiting_for_agent" || asking(state);
    const now = JSON.stringify([brand, status, holder, online, queue, refusal, link, away, waits]);
    if (now === drawn) return;
    drawn = now;
    const name = brand.name || t("chat");
    title.replaceChildren(
      face(name, brand.avatar, host),
      h("h2", {}, name),
      h("p.who", {}, ...here(state, waits, away)),
    );
    person.hidden = status === "with_agent" || waits;
    const [kind, words, act] = notice(state, away, waits);
    const held = banner.querySelector(":focus");
    banner.replaceChildren(...(words ? [h(`p${kind}`, {}, h("span", {}, words), act)] : []));
    if (held) act?.focus();
  };

  return { node, banner, draw };
}

/** Grows to five lines, keeps the draft, Enter sends. @param {import("../../types").Ui} ui */
export function composer({ t, actions }, /** @type {string} */ draft, /** @type {(draft: string) => void} */ changed) {
  const fit = () => {
    send.classList.toggle("ready", !!field.value.trim());
    field.style.height = "auto";
    const { paddingTop, lineHeight } = getComputedStyle(field);
    const most = 2 * parseFloat(paddingTop) + LINES * parseFloat(lineHeight);
    field.style.height = `${Math.min(field.scrollHeight, most)}px`;
  };
  const oninput = () => {
    fit();
    changed(field.value);
    actions.typing(!!field.value.trim());
  };
  const submit = () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    oninput();
    actions.send(text);
    field.focus();
  };
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const field = h("textarea", {
    ...{ rows: 1, maxlength: 16000, dir: "auto", enterkeyhint: "send", part: "input", oninput, onkeydown },
    ...{ placeholder: t("write"), "aria-label": t("write") },
  });
  const send = button("send", t("send"), submit, "send", true);
  field.value = draft;
  const focus = () => {
    fit();
    field.focus({ preventScroll: true });
  };
  return { node: h("div.composer", {}, field, send), focus, fit };
}
