// @ts-check
/**
 * The shapes that cross the wire, as the console reads them. Fields it doesn't know are ignored.
 *
 * @typedef {"with_assistant" | "waiting_for_agent" | "with_agent" | "resolved"} Status
 * @typedef {"anonymous" | "claimed" | "verified"} Assurance
 * @typedef {{ kind: "assistant" | "handoff" | "agent", id: string | null, name: string | null }} Holder
 * @typedef {{ id: string, name: string | null, email: string | null, assurance: Assurance, locale: string | null }} Visitor
 * @typedef {{ url: string | null, title: string | null }} Page
 *
 * @typedef {{ title: string, place: string, quote: string, url?: string | null }} Source
 * @typedef {{ code: string, text: string }} Reason
 * @typedef {{ question: string, answer: string | null, sources: Source[], decision: string, came_of_it: string | null }} Attempt
 * @typedef {{ conversation: string, at: string, first_line: string | null, outcome: string | null }} Earlier
 * @typedef {{
 *   version: number, question: string | null, reasons: Reason[],
 *   signals: Record<string, { value: number | null, words: string }>,
 *   facts: { name: string, value: string, assurance: Assurance }[],
 *   tried: Attempt[], mood: { seq: number, level: number }[],
 *   promises: unknown[], pending: unknown[],
 *   suggested_reply: { text: string, sources: Source[] } | null,
 *   page: Page | null, visitor: Visitor | null, earlier: Earlier[],
 * }} Briefing
 *
 * @typedef {"waiting" | "offered" | "accepted" | "resolved" | "returned" | "expired" | "cancelled"} HandoffStatus
 * @typedef {{
 *   id: string, conversation: string, status: HandoffStatus, reason: string | null, team: string | null,
 *   priority: number | string | null, waiting_seconds: number | null, briefing?: Briefing | null,
 *   reasons?: Reason[], agent?: { id: string, name: string | null } | null, deadline_at?: string | null,
 * }} Handoff
 *
 * @typedef {{
 *   id: string, status: Status, holder: Holder, visitor: Visitor | null, first_line: string | null, last_line: string | null,
 *   last_message_at: string | null, created_at: string, mood: number | null, unread: number, handoff: Handoff | null,
 *   page: Page | null, sample: boolean, last_seq: number, outcome: string | null, team: string | null,
 *   briefing?: Briefing | null,
 * }} Summary
 *
 * @typedef {{ n: number, document: string, title: string, url: string | null, place: string, quote: string }} Citation
 * @typedef {{ kind: "visitor" | "assistant" | "agent" | "system", id?: string | null, name: string | null, avatar?: string | null }} Author
 * @typedef {{
 *   conversation: string, seq: number, prev: number, id: string, kind: string, at: string, author: Author,
 *   audience?: "visitor" | "staff", body: Record<string, any>,
 * }} LogEvent
 *
 * @typedef {{
 *   id: string, decision: string, reasons: (string | Reason)[], confidence: number | null,
 *   signals: Record<string, unknown>, mood: unknown, task: unknown, risk: string | null, threshold: number | null,
 *   citations: Citation[], versions: Record<string, unknown>, timings_ms: Record<string, number>,
 * }} TurnRecord
 *
 * @typedef {{ id: string, name: string, role: string, teams: string[] }} Staff
 * @typedef {{ id: string, name: string, presence: string, load: number | null }} Colleague
 * @typedef {{ id?: string, name: string, presence?: string, load?: number | null, available?: number }} Team
 * @typedef {"available" | "away"} Presence
 * @typedef {null | "reading" | "searching" | "writing" | "checking"} Working
 *
 * @typedef {"message" | "note" | "whisper"} Mode what the composer writes
 */
export {};
