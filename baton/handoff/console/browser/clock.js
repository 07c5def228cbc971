// @ts-check
/** The server's time, as near as its frames let us know it: ages are wrong on a computer whose clock is. */
export class Clock {
  #ahead = 0;

  /** @param {string} at the server's time, just heard */
  heard(at) {
    const server = Date.parse(at);
    if (Number.isFinite(server)) this.#ahead = server - Date.now();
  }

  /** @returns {number} milliseconds since 1970 */
  now() {
    return Date.now() + this.#ahead;
  }
}
