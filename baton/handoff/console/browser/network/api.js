// @ts-check
import { Problem } from "./problem.js";

const TIMEOUT_MS = 15_000;

/** @type {Record<number, string>} */
const SAID = {
  401: "You are no longer signed in.",
  403: "Your role does not allow this.",
  404: "That is no longer there.",
  429: "Too many calls at once. It will be tried again.",
};

/** The HTTP interface: commands and lists. Every refusal is a Problem. */
export class Api {
  #csrf;

  /** @param {string} csrf the session's token, sent with whatever changes something */
  constructor(csrf) {
    this.#csrf = csrf;
  }

  /**
   * @param {string} path
   * @param {Record<string, string | number | null | undefined>} [query] empty values are left out
   * @returns {Promise<any>}
   */
  get(path, query = {}) {
    const filled = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
    const search = new URLSearchParams(filled.map(([name, value]) => [name, String(value)]));
    return this.#call(search.size ? `${path}?${search}` : path, { method: "GET" });
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  post(path, body = {}) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": this.#csrf };
    return this.#call(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #call(path, request) {
    const response = await this.#reach(path, request);
    const body = await response.json().catch(() => ({}));
    if (response.ok) return body;
    const { code = `http_${response.status}`, detail, ...more } = body;
    throw new Problem(
      response.status,
      code,
      detail ?? SAID[response.status] ?? "The server could not do it. Try again in a moment.",
      more,
    );
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #reach(path, request) {
    try {
      return await fetch(`/api/v1${path}`, {
        ...request,
        credentials: "same-origin",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new Problem(0, "unreachable", "The server was not reached. Check the connection.");
    }
  }
}
