// Frames through the reducer of conversation.js, which test_browser_files.py puts beside this file.
import { EMPTY, follow, items, place, receive, unread } from "./conversation.mjs";
const event = (seq, prev, kind, author, body) =>
  ({ type: "event", conversation: "c", seq, prev, id: `e${seq}`, kind, at: "", author: { kind: author }, body });
const welcome = { type: "welcome", conversation: "c", last_seq: 0, status: "with_assistant", brand: {}, agents_online: 0 };
let state = receive(EMPTY, welcome, 0);
const entry = { id: "v1", at: 0, frame: { type: "message.send", client_id: "v1", text: "Hello" } };
state = { ...state, outbox: [entry] };
const marks = () => items(state, 0).map(({ mark }) => mark).join();
const outbox = [marks()];
state = receive(state, { type: "ack", client_id: "v1", seq: 1 }, 0);
outbox.push(marks());
state = receive(state, event(1, 0, "message.added", "visitor", { text: "Hello", client_id: "v1" }), 0);
outbox.push(state.outbox.length ? "some" : "none");
const places = [
  place(state, event(1, 0)),
  place(state, event(3, 1)),
  place(state, event(4, 3)),
  place(state, { ...event(2, 1), conversation: "other" }),
];
state = receive(state, { type: "stream", turn: "t", epoch: 1, text: "Wool " }, 0);
state = receive(state, { type: "stream", turn: "t", epoch: 1, text: "is" }, 0);
const stream = [state.stream.text];
state = receive(state, event(3, 1, "message.added", "assistant", { text: "Wool is warm", turn: "t" }), 0);
stream.push(state.stream);
const kept = { ...state, outbox: [entry, { ...entry, id: "v2", seq: 9 }] };
const turned = follow(kept, "d");
console.log(JSON.stringify({
  places, outbox, stream, unread: unread(state),
  turned: { events: turned.events.length, last: turned.last, outbox: turned.outbox.length },
  unknown: receive(state, { type: "from the future" }, 0) === state,
}));
