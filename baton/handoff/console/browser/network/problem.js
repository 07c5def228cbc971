// @ts-check
/** A call that was refused or never arrived; `detail` is a sentence for people, `code` is for programs. */
export class Problem extends Error {
  /**
   * @param {number} status 0 when the server was not reached
   * @param {string} code
   * @param {string} detail
   * @param {Record<string, any>} [more] what else the server said, such as `by`
   */
  constructor(status, code, detail, more = {}) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.more = more;
  }

  /** True when the same call may succeed later without anything being changed. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}
