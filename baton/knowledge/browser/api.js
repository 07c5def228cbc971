// @ts-check
import { Problem } from "./problem.js";

/** @import {ChunkItem, Counts, DocumentItem, Filter, PassageItem} from "./types.js" */

/** @typedef {{id: string, status: DocumentItem["status"], error: string | null, outcome: string}} Receipt what became of a file */

const TIMEOUT_MS = 30_000;

/** @type {Record<number, string>} */
const SAID = {
  0: "The server was not reached. Check the connection and try again.",
  401: "You are no longer signed in.",
  403: "Your role does not allow this.",
  404: "That document is no longer there.",
  413: "That file is too large.",
};

/** The HTTP interface of the library. Every refusal is a Problem. */
export class Api {
  #csrf;

  /** @param {string} csrf the session's token, sent with whatever changes something */
  constructor(csrf) {
    this.#csrf = csrf;
  }

  /**
   * @param {Filter} filter
   * @param {number} limit
   * @param {string | null} [after]
   * @returns {Promise<{items: DocumentItem[], next: string | null, counts: Counts}>}
   */
  documents(filter, limit, after = null) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (filter.status) query.set("status", filter.status);
    if (filter.text) query.set("q", filter.text);
    if (after) query.set("after", after);
    return this.#call("GET", `/documents?${query}`);
  }

  /**
   * @param {string} id
   * @returns {Promise<DocumentItem>}
   */
  document(id) {
    return this.#call("GET", `/documents/${encodeURIComponent(id)}`);
  }

  /**
   * @param {string} id
   * @param {number | null} after
   * @returns {Promise<{items: ChunkItem[], next: number | null}>}
   */
  chunks(id, after) {
    const from = after === null ? "" : `&after=${after}`;
    return this.#call("GET", `/documents/${encodeURIComponent(id)}/chunks?limit=100${from}`);
  }

  /** @param {string} id */
  remove(id) {
    return this.#call("DELETE", `/documents/${encodeURIComponent(id)}`);
  }

  /** @param {string} id */
  readAgain(id) {
    return this.#call("POST", `/documents/${encodeURIComponent(id)}/read`, {});
  }

  /**
   * @param {string} url
   * @param {boolean} follow
   */
  addAddress(url, follow) {
    return this.#call("POST", "/documents", { url, follow });
  }

  /**
   * @param {string} query
   * @param {string} audience "visitor" or "staff"
   * @returns {Promise<{passages: PassageItem[]}>}
   */
  search(query, audience) {
    return this.#call("POST", "/search", { query, audience, limit: 6 });
  }

  /**
   * Send a file; XMLHttpRequest, since fetch tells nothing of an upload's progress.
   * @param {File} file
   * @param {string} name its path in a dropped folder, or its name
   * @param {(share: number) => void} onProgress from 0 to 1
   * @returns {Promise<{items: Receipt[]}>}
   */
  upload(file, name, onProgress) {
    const form = new FormData();
    form.append("file", file, name);
    const request = new XMLHttpRequest();
    const done = new Promise((resolve, reject) => {
      request.addEventListener("load", () => {
        const body = parsed(request.responseText);
        if (request.status === 202) resolve(body);
        else reject(problem(request.status, body));
      });
      request.addEventListener("error", () => reject(problem(0, {})));
    });
    request.upload.addEventListener(
      "progress",
      (event) => event.lengthComputable && onProgress(event.loaded / event.total),
    );
    request.open("POST", "/api/v1/documents");
    request.setRequestHeader("X-CSRF-Token", this.#csrf);
    request.send(form);
    return done;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #call(method, path, body) {
    const headers = { "X-CSRF-Token": this.#csrf, ...(body && { "Content-Type": "application/json" }) };
    /** @type {Response} */
    let response;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      response = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body), signal });
    } catch {
      throw problem(0, {});
    }
    const answer = parsed(await response.text());
    if (!response.ok) throw problem(response.status, answer);
    return answer;
  }
}

/**
 * @param {string} text
 * @returns {any}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * @param {number} status
 * @param {{code?: string, detail?: string}} body
 */
function problem(status, body) {
  const sentence = body.detail ?? SAID[status] ?? "The server could not do it. Try again in a moment.";
  return new Problem(status, body.code ?? `http_${status}`, sentence);
}
