// @ts-check
// The widget's words: a file of one line each per language, in the order of KEYS, of which only one is loaded.

const KEYS = `
open close chat unread assistant software team you write send person cancel sending queued sent seen failed
retry lost stopped reading searching writing checking typing asking waiting position estimate nobody people
resolved fresh handoff.requested handoff.offered handoff.accepted handoff.transferred handoff.returned
handoff.expired handoff.cancelled review.pending action.done action.declined conversation.resolved
conversation.reopened removed helpful unhelpful source offer contact email name leave left rating score rated
newer refused privacy`
  .trim()
  .split(/\s+/);

const LANGUAGES = ["de", "fr", "es", "pt", "it", "nl"];

/**
 * The words of a language, or of English where that language is not there.
 * @param {string} locale a BCP 47 tag
 * @returns {Promise<{ locale: string, t: import("../types").Translate }>}
 */
export async function words(locale) {
  const wanted = locale.slice(0, 2).toLowerCase();
  const spoken = LANGUAGES.includes(wanted) ? wanted : "en";
  const lines = (await import(`./strings/${spoken}.js`)).default.split("\n");
  const own = Object.fromEntries(KEYS.map((key, at) => [key, lines[at]]));
  return {
    locale: spoken,
    t: (key, values = {}) =>
      (own[key] ?? "").replace(/{(\w+)}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name]),
  };
}
