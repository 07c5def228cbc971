// @ts-check
/** @import { Preferences } from "../state/preferences.js" */
import { ACTIONS } from "../actions.js";
import { el } from "../nodes.js";

/** @type {[string, [string, string][]][]} */
const GROUPS = [
  [
    "Lists",
    [
      ["j", "Next conversation"],
      ["k", "Previous conversation"],
      ["Enter", "Open it"],
      ["u", "Back to the list"],
      ["1 2 3", "Waiting, Mine, All"],
      ["/", "Search"],
    ],
  ],
  ["Conversation", Object.values(ACTIONS).map(({ key, label }) => [key, label])],
  [
    "Writing",
    [
      ["r", "Reply"],
      ["n", "Private note"],
      ["w", "Whisper to the assistant"],
      ["s", "Insert the suggested reply"],
      ["Enter", "Send"],
      ["Shift Enter", "New line"],
      ["Esc", "Leave the text"],
    ],
  ],
  [
    "Page",
    [
      ["i", "Briefing"],
      ["p", "Available or away"],
      ["?", "These keys"],
    ],
  ],
];

/** Every key there is, and the switch that turns single keys off. */
export class HelpDialog {
  #preferences;

  /** @param {Preferences} preferences */
  constructor(preferences) {
    this.#preferences = preferences;
  }

  open() {
    const close = el(
      "button",
      { class: "button button-primary", type: "button", autofocus: true, on: { click: () => dialog.close() } },
      "Close",
    );
    const dialog = el(
      "dialog",
      { class: "dialog help", "aria-labelledby": "help-heading" },
      el(
        "div",
        { class: "dialog-body" },
        el("h2", { id: "help-heading" }, "Keyboard shortcuts"),
        el("div", { class: "help-groups" }, GROUPS.map(groupNode)),
        this.#switch(),
        el("div", { class: "dialog-actions" }, close),
      ),
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  #switch() {
    const box = el("input", { type: "checkbox", checked: this.#preferences.usesKeys });
    box.addEventListener("change", () => {
      this.#preferences.usesKeys = box.checked;
    });
    return el(
      "label",
      { class: "choice" },
      box,
      "Use single keys. Turn this off if keys are pressed by accident or by voice.",
    );
  }
}

/** @param {[string, [string, string][]]} group */
function groupNode([heading, keys]) {
  return el(
    "section",
    {},
    el("h3", {}, heading),
    el(
      "dl",
      { class: "help-keys" },
      keys.map(([key, label]) =>
        el(
          "div",
          {},
          el(
            "dt",
            {},
            key.split(" ").map((part) => el("kbd", { class: "key" }, part)),
          ),
          el("dd", {}, label),
        ),
      ),
    ),
  );
}
