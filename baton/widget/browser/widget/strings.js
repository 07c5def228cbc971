// @ts-check
// The widget's words. Other languages are files of one line each in the order of ENGLISH, loaded only where needed.

/** A key, a space, and the words, one a line. */
const ENGLISH = `open Open chat
close Close chat
chat Chat
unread Unread messages: {n}
assistant Assistant
software software
team our team
you You
write Write a message
send Send
person Talk to a person
cancel Stop waiting
sending Sending
queued Waiting for a connection
sent Sent
seen Seen
failed Not sent
retry Try again
lost No connection. What you write is sent once it is back.
stopped The chat is not available right now.
reading Reading your message
searching Looking in the help pages
writing Writing an answer
checking Checking the answer against its source
typing {name} is typing
asking Asking for a person
waiting Waiting for our team
position Number {n} in line
estimate about {n} min
nobody Nobody is here right now. You can stay in line.
people team online
resolved This conversation is resolved. Write to open it again.
fresh Start a new conversation
handoff.requested You asked for a person
handoff.offered Asking {name} to join
handoff.accepted {name} joined
handoff.transferred Passing you to {name}
handoff.returned The assistant is back
handoff.expired Nobody could join yet
handoff.cancelled You are no longer waiting for a person
review.pending Our team is checking this first
action.done Done
action.declined Not done
conversation.resolved Conversation resolved
conversation.reopened Conversation opened again
removed This message was removed
helpful Helpful
unhelpful Not helpful
source Read the page
offer Would you like to talk to a person?
contact Where can we write to you?
email Email
name Name
leave Leave address
left Thank you. We will write to {email}.
rating How was this conversation?
score {n} of 5
rated Thank you for telling us.
newer New messages
refused That did not go through. Please try again.
privacy Privacy`;

const LANGUAGES = ["de", "fr", "es", "pt", "it", "nl"];

const TABLE = ENGLISH.split("\n").map((line) => line.split(/ (.*)/));

export const KEYS = TABLE.map(([key]) => key);

/**
 * The words of a language, or of English where that language is not there.
 * @param {string} locale a BCP 47 tag
 * @returns {Promise<{ locale: string, t: import("../types").Translate }>}
 */
export async function words(locale) {
  const wanted = locale.slice(0, 2).toLowerCase();
  const other = LANGUAGES.includes(wanted) && (await import(`./strings/${wanted}.js`).catch(() => null));
  const lines = other && other.default.split("\n");
  const own = Object.fromEntries(TABLE.map(([key, english], at) => [key, lines ? lines[at] : english]));
  return {
    locale: lines ? wanted : "en",
    t: (key, values = {}) =>
      (own[key] ?? "").replace(/{(\w+)}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name]),
  };
}
