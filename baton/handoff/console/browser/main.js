// @ts-check
/** Starts the console on its page. */
import { Console } from "./console.js";

const root = /** @type {HTMLElement} */ (document.getElementById("console"));
const bar = /** @type {HTMLElement} */ (document.getElementById("console-bar"));
const { staffId = "", staffName = "", staffRole = "", staffTeams = "[]", csrf = "" } = root.dataset;

new Console({
  root,
  bar,
  staff: { id: staffId, name: staffName, role: staffRole, teams: JSON.parse(staffTeams) },
  csrf,
}).start();
