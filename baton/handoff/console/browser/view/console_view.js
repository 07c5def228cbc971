// @ts-check
/** @import { Console } from "../console.js" */
/** @import { Link } from "../network/agent_socket.js" */
/** @import { Presence, Staff } from "../types.js" */
/** @import { TurnRecords } from "../state/turn_records.js" */
/** @import { Names } from "../log_words.js" */
/** @import { ConversationModel } from "./conversation_view.js" */
/** @import { InboxModel } from "./inbox_view.js" */
import { Announcer } from "./announcer.js";
import { BarView } from "./bar_view.js";
import { BriefingView } from "./briefing_view.js";
import { ConversationView } from "./conversation_view.js";
import { InboxView } from "./inbox_view.js";
import { LinkBanner } from "./link_banner.js";

/**
 * @typedef {{
 *   inbox: InboxModel, conversation: ConversationModel, link: Link, queued: number, presence: Presence | null, hasAlerts: boolean,
 * }} ConsoleModel
 */

/** Everything that is drawn: the bar's tools, the banner, and the three columns. */
export class ConsoleView {
  #root;
  #bar;
  #banner;
  #briefing;
  announcer = new Announcer();

  /**
   * @param {{ root: HTMLElement, bar: HTMLElement, staff: Staff, records: TurnRecords, names: Names, now: () => number }} page
   * @param {Console} verbs
   */
  constructor({ root, bar, staff, records, names, now }, verbs) {
    this.#root = root;
    this.#bar = new BarView(verbs);
    this.#banner = new LinkBanner(() => verbs.connectNow());
    this.list = new InboxView(verbs);
    this.conversation = new ConversationView({ me: staff, records, names, now }, verbs);
    this.#briefing = new BriefingView(verbs);
    bar.append(this.#bar.element);
    const columns = [this.list.element, this.conversation.element, this.#briefing.element];
    root.replaceChildren(this.#banner.element, ...columns, this.announcer.element);
  }

  /** @param {ConsoleModel} model */
  draw({ inbox, conversation, link, queued, presence, hasAlerts }) {
    const { transcript, isBriefingOpen } = conversation;
    document.title = `${inbox.counts.waiting ? `(${inbox.counts.waiting}) ` : ""}Console · Baton`;
    this.#root.dataset.view = transcript ? "conversation" : "list";
    this.#root.dataset.briefing = isBriefingOpen ? "open" : "closed";
    this.#bar.draw({ presence, isLive: link.state === "live", hasAlerts });
    this.#banner.draw(link, queued);
    this.list.draw(inbox);
    this.conversation.draw(conversation);
    this.#briefing.draw(transcript?.summary ?? null, transcript?.briefing ?? null);
  }

  /** Where the briefing lies over the conversation, it takes the focus and gives it back. @param {boolean} isOpen */
  focusBriefing(isOpen) {
    if (isOpen) this.#briefing.element.focus();
    else if (this.#briefing.element.contains(document.activeElement)) this.conversation.focusTranscript();
  }
}
