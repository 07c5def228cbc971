// @ts-check
// What the widget knows, as a pure function over the frames it received, and what of it there is to draw.
// No clock, no network, no page.

/** @typedef {import("../types").State} State */
/** @typedef {import("../types").Frame} Frame */
/** @typedef {import("../types").Item} Item */

const LINES =
  /^(handoff\.(requested|offered|accepted|transferred|returned|expired|cancelled)|review\.pending|action\.(done|declined)|conversation\.(resolved|reopened))$/;
/** @type {Record<string, "suggest" | "contact" | "rating">} */
const FORMS = {
  "handoff.suggested": "suggest",
  "contact.asked": "contact",
  "rating.asked": "rating",
};
const OFFER_AFTER = 8000;
const SAY_AFTER = 1500;
/** @type {import("../types").Author} */
const ASSISTANT = { kind: "assistant" };

/** What is known of a conversation before its first event. */
const FRESH = {
  events: [],
  last: 0,
  given: {},
  holder: ASSISTANT,
  queue: null,
  since: null,
  seen: 0,
  read: 0,
};

/** @type {State} */
export const EMPTY = {
  ...FRESH,
  conversation: null,
  outbox: [],
  status: "with_assistant",
  online: 0,
  working: null,
  stream: null,
  typing: null,
  brand: {},
  link: "connecting",
  welcomed: false,
  refusal: null,
};

/** Whether an event comes next, is known already, or shows that one before it was lost. */
export function place(/** @type {State} */ state, /** @type {Frame} */ event) {
  if (event.conversation !== state.conversation || event.seq <= state.last) return "known";
  return event.prev > state.last ? "gap" : "next";
}

/** @type {Record<string, (state: State, frame: any, now: number) => Partial<State>>} */
const frames = {
  welcome: (state, frame) => ({
    ...follow(state, frame.conversation),
    status: frame.status,
    brand: frame.brand ?? {},
    online: +frame.agents_online || 0,
    link: "live",
    welcomed: true,
    stream: null,
    typing: null,
    working: null,
  }),

  event: (state, frame, now) => ({
    events: [...erase(state.events, frame), frame],
    last: frame.seq,
    outbox: state.outbox.filter((entry) => entry.id !== frame.body?.client_id),
    stream: null,
    typing: frame.author.kind === "visitor" ? state.typing : null,
    ...(frame.kind === "message.added" && { since: frame.author.kind === "visitor" ? now : null }),
  }),

  ack: (state, frame) => ({
    outbox: state.outbox.flatMap((entry) =>
      entry.id !== frame.client_id
        ? [entry]
        : entry.frame.type === "message.send" && frame.seq > state.last
          ? [{ ...entry, seq: frame.seq }]
          : [],
    ),
    refusal: null,
  }),

  stream: (state, { turn, text }) =>
    state.holder.kind === "agent"
      ? {}
      : { stream: { turn, text: (state.stream?.turn === turn ? state.stream?.text : "") + text } },

  state: (state, frame, now) => ({
    status: frame.status,
    holder: frame.holder ?? ASSISTANT,
    online: +frame.agents_online || 0,
    working: frame.working,
    queue: frame.queue,
    since: frame.working ? (state.since ?? now) : state.since,
    ...(frame.holder?.kind === "agent" && { stream: null, since: null }),
  }),

  typing: (_, { author, on }) => ({ typing: on ? author : null }),

  read: (state, { author, seq }) => {
    const mark = author.kind === "visitor" ? "read" : "seen";
    return { [mark]: Math.max(state[mark], seq) };
  },

  error: (state, { client_id, code }) => {
    const entry = state.outbox.find(({ id }) => id === client_id);
    if (!entry) return {};
    if (entry.frame.type === "message.send") return { outbox: amend(state, client_id, { failed: code }) };
    return {
      outbox: state.outbox.filter(({ id }) => id !== client_id),
      given: { ...state.given, [entry.frame.type.split(".")[0]]: undefined },
      refusal: code,
    };
  },
};

/**
 * The state after a frame of the server.
 * @param {State} state @param {Frame} frame @param {number} now milliseconds since the epoch
 * @returns {State}
 */
export function receive(state, frame, now) {
  const change = frames[frame.type]?.(state, frame, now);
  return change ? { ...state, ...change } : state;
}

/**
 * The state turned to a conversation of which nothing is known yet, unless it is this one already.
 * @param {State} state @param {string | null} conversation
 */
export const follow = (state, conversation) =>
  conversation === state.conversation
    ? state
    : { ...state, ...FRESH, conversation, outbox: state.outbox.filter(({ seq }) => !seq) };

/** The outbox with one entry changed. */
export function amend(/** @type {State} */ { outbox }, /** @type {string} */ id, /** @type {object} */ change) {
  return outbox.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
}

/** Messages of assistant and agents after what was read. */
export function unread(/** @type {State} */ { events, read }) {
  return events.filter(({ kind, seq, author }) => kind === "message.added" && seq > read && author.kind !== "visitor")
    .length;
}

function erase(/** @type {State["events"]} */ events, /** @type {any} */ { kind, body }) {
  if (kind !== "body.erased") return events;
  return events.map((event) => ([body?.seq].flat().includes(event.seq) ? { ...event, body: null } : event));
}

/**
 * The state as the list of things to draw, in order.
 * @param {State} state @param {number} now milliseconds since the epoch
 * @returns {Item[]}
 */
export function items(state, now) {
  const list = [...greeting(state), ...told(state), ...pending(state), ...streamed(state)];
  const spoken = list.filter((item) => item.type === "message" || item.type === "greeting");
  if (spoken.length && !suggested(state)) spoken[spoken.length - 1].last = true;
  list.forEach((item, at) => {
    item.opens = !!item.author && !sameAuthor(item.author, list[at - 1]?.author);
  });
  return [...list, ...work(state, now)];
}

function greeting(/** @type {State} */ { brand, welcomed }) {
  if (!welcomed || !brand.greeting) return [];
  return /** @type {Item[]} */ ([
    {
      key: "greeting",
      type: "greeting",
      author: brand.people_only ? { kind: "agent", name: brand.name } : ASSISTANT,
      text: brand.greeting,
      choices: brand.suggestions ?? [],
    },
  ]);
}

/** @param {State} state @returns {any[]} */
function told(state) {
  const turns = new Set();
  const latest = latestOf(state.events);
  const mine = state.events.findLast((event) => event.kind === "message.added" && event.author.kind === "visitor");
  /** @type {unknown[]} */
  let choices = [];
  // What was offered before a person was asked for is over, also when the visitor no longer wants one.
  const asked = latest["handoff.requested"]?.seq ?? 0;
  return state.events.flatMap(
    /** @returns {any[]} */ (event) => {
      const { kind, id, seq, at, author } = event;
      const body = event.body ?? {};
      if (kind === "message.added") {
        const turn = body.turn && !turns.has(body.turn) && author.kind === "assistant" && `turn:${body.turn}`;
        turns.add(body.turn);
        choices = (seq > asked && body.choices) || [];
        return [
          {
            key: body.client_id ?? (turn || id),
            ...{ type: "message", author, seq, at },
            text: event.body && body.text,
            mark: event !== mine ? "" : state.seen >= seq ? "seen" : "sent",
            citations: body.citations ?? [],
            choices,
            files: body.files ?? [],
            given: state.given.feedback?.[seq],
          },
        ];
      }
      const type = FORMS[kind];
      // An offer whose message brought choices is made by them; once it is taken, it is no offer any more.
      const over =
        event !== latest[kind] || (type === "suggest" && (choices.length || seq < asked || suggested(state)));
      if (type) return over ? [] : [{ key: id, type, given: type !== "suggest" && state.given[type] }];
      const passed =
        (kind === "handoff.offered" && event !== latest.handoff) ||
        // Where people answer alone, nobody is told that the assistant carries on.
        (state.brand.people_only && /(ll|rn)ed$/.test(kind));
      return LINES.test(kind) && !passed ? [{ key: id, type: "line", event }] : [];
    },
  );
}

/** The newest event of each kind, and of all handoff kinds together. */
function latestOf(/** @type {State["events"]} */ events) {
  /** @type {Record<string, import("../types").Event>} */
  const latest = {};
  for (const event of events) {
    latest[event.kind] = event;
    if (event.kind.startsWith("handoff.")) latest.handoff = event;
  }
  return latest;
}

/** A suggestion is over once the visitor took it, or a person is there. */
const suggested = (/** @type {State} */ state) => state.status !== "with_assistant" || asking(state);

/** Whether the visitor's wish for a person is still under way to the server. */
export const asking = (/** @type {State} */ { outbox }) => outbox.some(({ frame }) => frame.type === "handoff.request");

function pending(/** @type {State} */ { outbox, link }) {
  return outbox
    .filter(({ frame }) => frame.type === "message.send")
    .map(({ id, at, frame, seq, failed }) => ({
      key: id,
      type: "message",
      author: { kind: "visitor" },
      id,
      at,
      text: frame.text,
      mark: failed ? "failed" : seq ? "sent" : link === "live" ? "sending" : "queued",
    }));
}

function streamed(/** @type {State} */ { stream }) {
  return stream
    ? [{ key: `turn:${stream.turn}`, type: "stream", author: { kind: "assistant" }, text: stream.text }]
    : [];
}

function work(/** @type {State} */ { typing, working, since, stream, status }, /** @type {number} */ now) {
  const waited = since ? now - since : 0;
  const slow = waited >= OFFER_AFTER && status === "with_assistant";
  if (typing?.kind === "agent") return [{ key: "work", type: "work", author: typing, opens: true }];
  if (stream || !(working || slow)) return [];
  return [{ key: "work", type: "work", state: working && waited >= SAY_AFTER ? working : null, slow }];
}

const sameAuthor = (/** @type {any} */ one, /** @type {any} */ other) =>
  one.kind === other?.kind && (one.kind !== "agent" || one.name === other.name);
