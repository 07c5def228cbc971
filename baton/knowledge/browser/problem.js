// @ts-check

/** A refusal of the server, or its silence, in a sentence for a person. */
export class Problem extends Error {
  /**
   * @param {number} status 0 when the server was not reached
   * @param {string} code
   * @param {string} sentence
   */
  constructor(status, code, sentence) {
    super(sentence);
    this.status = status;
    this.code = code;
  }

  /** Whether signing in again would help. */
  get isSignedOut() {
    return this.status === 401;
  }
}
