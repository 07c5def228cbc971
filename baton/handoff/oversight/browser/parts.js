// @ts-check
/** Parts of our own pages, drawn anew by the server: fetched, and put in the place of what is there. */

const TIMEOUT_MS = 20_000;
const UNREACHED = "The server was not reached. Check the connection and try again.";

/** The server refused, or was not reached; the message is for people. */
export class Problem extends Error {}

/**
 * Fetch a page of ours and put its elements of these ids in the place of the ones here; what it lacks stays.
 * @param {string} address
 * @param {string[]} ids the first must be there
 * @param {AbortSignal} [cancelled]
 * @returns {Promise<HTMLElement>} the first one, new
 */
export async function redraw(address, ids, cancelled) {
  const answer = await call(address, { signal: either(cancelled) });
  const text = await answer.text().catch(() => Promise.reject(new Problem(UNREACHED)));
  const page = new DOMParser().parseFromString(text, "text/html");
  const drawn = ids.map((id) => replace(document.getElementById(id), page.getElementById(id)));
  if (!drawn[0]) throw new Problem("The page has changed. Reload it.");
  return drawn[0];
}

/**
 * @param {HTMLElement | null} here
 * @param {HTMLElement | null} there
 */
function replace(here, there) {
  if (!here || !there) return null;
  const drawn = document.importNode(there, true);
  here.replaceWith(drawn);
  return drawn;
}

/**
 * Call the HTTP interface.
 * @param {string} csrf the session's token
 * @param {"POST" | "DELETE"} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 */
export async function change(csrf, method, path, body) {
  const headers = { "X-CSRF-Token": csrf, ...(body !== undefined && { "Content-Type": "application/json" }) };
  return call(`/api/v1${path}`, { method, headers, body: JSON.stringify(body), signal: either() });
}

/**
 * @param {string} address
 * @param {RequestInit} request
 */
async function call(address, request) {
  const answer = await fetch(address, request).catch(() => Promise.reject(new Problem(UNREACHED)));
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in")
    throw new Problem("You are no longer signed in. Reload the page to sign in.");
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Problem(said.detail ?? `The server answered with ${answer.status}. Try again.`);
  }
  return answer;
}

/** @param {AbortSignal} [cancelled] */
function either(cancelled) {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  return cancelled ? AbortSignal.any([cancelled, late]) : late;
}
