/** The frames of the visitor socket (docs/protocol.md) and the values the widget's modules hand each other. Not served. */

export type Kind = "visitor" | "assistant" | "agent" | "system";
export type Status = "with_assistant" | "waiting_for_agent" | "with_agent" | "resolved";
export type Link = "connecting" | "live" | "lost" | "refused" | "stopped";

export interface Author {
  kind: Kind | "handoff";
  name?: string | null;
  avatar?: string | null;
}

export interface Citation {
  n?: number;
  document?: string;
  title?: string;
  url?: string | null;
  place?: string;
  quote: string;
}

export interface Choice {
  text: string;
  action?: string;
}

export interface FileLink {
  name?: string;
  url: string;
}

export interface Event {
  conversation: string;
  seq: number;
  prev: number;
  id: string;
  kind: string;
  at: string;
  author: Author;
  body: Record<string, any> | null;
}

export interface Brand {
  name?: string;
  greeting?: string;
  suggestions?: string[];
  hue?: number;
  avatar?: string | null;
  privacy_url?: string | null;
  /** Whether people answer alone. */
  people_only?: boolean;
}

/** A server frame: `type` says which of the optional fields are there. */
export interface Frame {
  type: string;
  [field: string]: any;
}

/** A frame of ours that the server has to acknowledge, kept until it does. */
export interface Entry {
  id: string;
  at: number;
  frame: { type: string; client_id: string; [field: string]: any };
  /** Stored by the server under this number; its event is still to come. */
  seq?: number;
  /** The code of the server's refusal. */
  failed?: string;
}

/** What the visitor has already given, so that it is not asked again. */
export interface Given {
  contact?: string;
  rating?: number;
  feedback?: Record<string, boolean>;
}

export interface State {
  conversation: string | null;
  events: Event[];
  last: number;
  outbox: Entry[];
  given: Given;
  status: Status;
  holder: Author;
  online: number;
  working: string | null;
  queue: null | { position: number; estimate_seconds: number | null };
  stream: null | { turn: string; text: string };
  typing: Author | null;
  brand: Brand;
  link: Link;
  welcomed: boolean;
  /** Milliseconds since the epoch at which waiting for the assistant began. */
  since: number | null;
  /** Our team has read up to this `seq`. */
  seen: number;
  /** We have read up to this `seq`. */
  read: number;
  /** The code of the last refusal that has no bubble of its own. */
  refusal: string | null;
}

/** One thing of the transcript, everything its drawing depends on and nothing else. */
export interface Item {
  key: string;
  type: "greeting" | "message" | "line" | "suggest" | "contact" | "rating" | "stream" | "work";
  author?: Author;
  /** The first of a run by one author, which carries the name. */
  opens?: boolean;
  last?: boolean;
  id?: string;
  seq?: number;
  at?: string | number;
  text?: string | null;
  mark?: "sending" | "queued" | "sent" | "seen" | "failed" | "";
  citations?: Citation[];
  choices?: (string | Choice)[];
  files?: FileLink[];
  given?: any;
  event?: Event;
  state?: string | null;
  slow?: boolean;
}

export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** What the drawing may ask for. */
export interface Actions {
  send(text: string): void;
  retry(id: string): void;
  askPerson(): unknown;
  cancelPerson(): void;
  feedback(seq: number, helpful: boolean): void;
  rate(score: number): void;
  contact(email: string, name: string): void;
  startNew(): void;
  again(): void;
  typing(on: boolean): void;
}

/** What every part of the drawing needs. */
export interface Ui {
  t: Translate;
  locale: string;
  host: string;
  actions: Actions;
}
