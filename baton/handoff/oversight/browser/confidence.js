// @ts-check
/** The slider moves what is below it, and the mark on the curve. Without this module the form's button does the same with a new page. */
import { Problem, redraw } from "./parts.js";

const SETTLED_MS = 150;
const form = /** @type {HTMLFormElement} */ (document.getElementById("rate"));
const range = /** @type {HTMLInputElement} */ (form.elements.namedItem("rate"));
const figure = /** @type {HTMLOutputElement} */ (form.querySelector("output"));
const status = /** @type {HTMLElement} */ (document.getElementById("rate-status"));
let timer = 0;
let underWay = new AbortController();

/** @type {HTMLElement} */ (form.querySelector("button")).hidden = true;
range.addEventListener("input", () => {
  figure.value = `${range.value} %`;
  range.setAttribute("aria-valuetext", `${range.value} per cent`);
  clearTimeout(timer);
  timer = setTimeout(show, SETTLED_MS);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});

/** Have the server work it out, unless the slider has moved on meanwhile. */
async function show() {
  underWay.abort();
  const own = new AbortController();
  underWay = own;
  const address = `/assistant/confidence?rate=${range.value}`;
  outcome().setAttribute("aria-busy", "true");
  try {
    const drawn = await redraw(address, ["outcome", "automation-chart"], own.signal);
    history.replaceState(null, "", address);
    status.textContent = drawn.querySelector("[data-said]")?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  } catch (error) {
    if (own.signal.aborted) return;
    if (!(error instanceof Problem)) throw error;
    outcome().replaceChildren(problem(error.message));
    outcome().removeAttribute("aria-busy");
  }
}

function outcome() {
  return /** @type {HTMLElement} */ (document.getElementById("outcome"));
}

/** @param {string} text */
function problem(text) {
  const notice = document.createElement("p");
  notice.className = "notice notice-danger";
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  return notice;
}
