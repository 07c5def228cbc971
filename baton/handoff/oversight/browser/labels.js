// @ts-check
/** Judging: one key or one press for each turn, and the next one in its place. */
import { change, Problem, redraw } from "./parts.js";

const status = /** @type {HTMLElement} */ (document.getElementById("judging-status"));
const problem = /** @type {HTMLElement} */ (document.getElementById("judging-problem"));
const { csrf = "" } = judging().dataset;
const asked = new URLSearchParams(location.search);
/** Turns that were passed over, the oldest first. */
const skipped = asked.getAll("skip");
let isBusy = false;

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("button") : null;
  if (button && judging().contains(button)) press(button);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const button = meant(event.key.toLowerCase());
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  press(button);
});

/** @param {string} key @returns {Element | null | undefined} the button that a key stands for */
function meant(key) {
  if (key === "s") return judging().querySelector("[data-skip]");
  if (key === "u") return judging().querySelector("[data-undo]");
  return /^[1-9]$/.test(key) ? judging().querySelectorAll("button[data-verdict]")[Number(key) - 1] : undefined;
}

/** @param {HTMLButtonElement} button */
async function press(button) {
  if (isBusy) return;
  isBusy = true;
  problem.hidden = true;
  judging().setAttribute("aria-busy", "true");
  try {
    await act(button);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem.textContent = error.message;
    problem.hidden = false;
    judging().removeAttribute("aria-busy");
  } finally {
    isBusy = false;
  }
}

/** @param {HTMLButtonElement} button */
async function act(button) {
  const { verdict, undo, draw } = button.dataset;
  const turn = judging().querySelector("[data-turn]")?.getAttribute("data-turn") ?? "";
  if (verdict) {
    await change(csrf, "POST", `/turns/${encodeURIComponent(turn)}/label`, { verdict });
    await show({ last: turn });
  } else if (undo) {
    await change(csrf, "DELETE", `/turns/${encodeURIComponent(undo)}/label`);
    await show({ turn: undo });
  } else if (draw) {
    const answer = await change(csrf, "POST", "/labels/draw", { count: Number(draw) });
    const { drawn } = await answer.json();
    await show({});
    status.textContent = drawn ? `${drawn} turns drawn.` : "";
    if (!drawn) throw new Problem("Every turn that has a draft is drawn already. Come back when there are more.");
  } else if ("skip" in button.dataset) {
    skipped.push(turn);
    await show({});
  }
}

/**
 * Show the next turn, or the one that is asked for.
 * @param {{ turn?: string, last?: string }} which
 */
async function show(which) {
  const query = new URLSearchParams(which);
  for (const turn of skipped) query.append("skip", turn);
  const address = `/assistant/labels?${query}`;
  const drawn = await redraw(address, ["judging"]);
  history.replaceState(null, "", address);
  const told = drawn.querySelector(".notice span")?.textContent ?? "";
  status.textContent = `${told} ${drawn.querySelector("#progress-words")?.textContent ?? ""}`
    .replace(/\s+/g, " ")
    .trim();
  scrollTo(0, 0);
  /** @type {HTMLElement | null} */ (drawn.querySelector("#judged-question, .empty .button"))?.focus();
}

function judging() {
  return /** @type {HTMLElement} */ (document.getElementById("judging"));
}
