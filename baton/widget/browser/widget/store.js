// @ts-check
// What outlives the page, per Baton host: token, conversation, draft, and every frame not yet acknowledged.
// All tabs of a site share it, and hear of each other's changes.

/** @typedef {import("../types").Entry} Entry */

export class Store {
  #prefix;
  #storage = storage();
  #last = 0;

  constructor(/** @type {string} */ host) {
    this.#prefix = `baton:${host}:`;
  }

  /** @returns {any} */
  get(/** @type {string} */ key) {
    try {
      return JSON.parse(this.#storage.getItem(this.#prefix + key) ?? "null");
    } catch {
      return null;
    }
  }

  set(/** @type {string} */ key, /** @type {unknown} */ value) {
    try {
      if (value == null || value === "") this.#storage.removeItem(this.#prefix + key);
      else this.#storage.setItem(this.#prefix + key, JSON.stringify(value));
    } catch {
      // Full: what is on the screen still works, it only won't survive a reload.
    }
  }

  /** A new client id; ids sort in the order they were made, also after a reload. */
  nextId() {
    this.#last = Math.max(Date.now(), this.#last + 1);
    const random = crypto.getRandomValues(new Uint32Array(2));
    return `v${this.#last.toString(36)}${random[0].toString(36)}${random[1].toString(36)}`;
  }

  /** Every frame not yet acknowledged, this tab's and other tabs', oldest first. @returns {Entry[]} */
  outbox() {
    return Object.keys(this.#storage)
      .filter((key) => key.startsWith(`${this.#prefix}out:`))
      .sort()
      .map((key) => this.get(key.slice(this.#prefix.length)))
      .filter(Boolean);
  }

  /** Calls back with the key of whatever another tab changes. */
  watch(/** @type {(key: string) => void} */ changed) {
    const listen = (/** @type {StorageEvent} */ { key }) => {
      if (key?.startsWith(this.#prefix)) changed(key.slice(this.#prefix.length));
    };
    addEventListener("storage", listen);
    return () => removeEventListener("storage", listen);
  }
}

/** Private windows and sandboxed frames may refuse storage: then this page's memory has to do. */
function storage() {
  try {
    localStorage.setItem("baton", "");
    localStorage.removeItem("baton");
    return localStorage;
  } catch {
    const kept = Object.create({
      getItem: (/** @type {string} */ key) => kept[key] ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
        kept[key] = value;
      },
      removeItem: (/** @type {string} */ key) => delete kept[key],
    });
    return kept;
  }
}
