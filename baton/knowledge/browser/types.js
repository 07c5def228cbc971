// @ts-check
/** The shapes that go over the wire. */

/**
 * @typedef {object} DocumentItem
 * @property {string} id
 * @property {string | null} external_id
 * @property {string} title
 * @property {string} source
 * @property {string | null} url
 * @property {string} kind
 * @property {"queued" | "reading" | "indexed" | "failed"} status
 * @property {string | null} error
 * @property {string | null} note
 * @property {number} chunks
 * @property {"public" | "staff"} audience
 * @property {number} version
 * @property {string} created_at
 * @property {string} updated_at
 */

/** @typedef {{id: string, ordinal: number, place: string, text: string}} ChunkItem */

/** @typedef {{queued: number, reading: number, indexed: number, failed: number, chunks: number, staff: number}} Counts */

/** @typedef {{document: string, chunk: string, title: string, place: string, text: string, audience: string, score: number, dense: number, lexical: number}} PassageItem */

/** @typedef {{status: string, text: string}} Filter */

export {};
