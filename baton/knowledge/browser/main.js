// @ts-check
import { Api } from "./api.js";
import { Library } from "./library.js";
import { el } from "./nodes.js";
import { Problem } from "./problem.js";
import { Uploads } from "./uploads.js";
import { AddView } from "./view/add_view.js";
import { DeleteDialog } from "./view/delete_dialog.js";
import { DocumentDialog } from "./view/document_dialog.js";
import { ListView } from "./view/list_view.js";
import { SearchView } from "./view/search_view.js";
import { SummaryView } from "./view/summary_view.js";

/** @import {DocumentItem} from "./types.js" */

const root = /** @type {HTMLElement} */ (document.querySelector("#knowledge"));
const megabytes = Number(root.dataset.maxFileMb);
const api = new Api(root.dataset.csrf ?? "");
const library = new Library(api);
const uploads = new Uploads(api, megabytes);

const adding = new AddView(api, uploads, megabytes, () => library.refresh());
const details = new DocumentDialog(api);
const deleting = new DeleteDialog(api, () => library.refresh());
const summary = new SummaryView(library);
const list = new ListView(library, {
  open: (item) => details.open(item),
  remove: (item) => deleting.ask(item),
  readAgain,
  choose: () => adding.choose(),
});

uploads.addEventListener("sent", () => library.refresh());
library.addEventListener("change", () => library.problem || uploads.follow(library.items));

root.replaceChildren(
  el("header", { class: "page-head knowledge-head" }, el("div", {}, el("h1", {}, "Knowledge"), summary.sentence)),
  adding.element,
  new SearchView(api).element,
  el("section", { class: "listing", "aria-label": "Documents" }, summary.element, list.element),
);
library.refresh();

/** @param {DocumentItem} item */
async function readAgain(item) {
  try {
    await api.readAgain(item.id);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  library.refresh();
}
