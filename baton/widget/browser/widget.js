// @ts-check
// The whole installation: loading this module from a Baton host puts that host's chat on the page.

import { BatonChat } from "./widget/element.js";

/** Adds the element unless the page brought its own; `data-*` of the script tag become its attributes. */
function install() {
  if (document.querySelector("baton-chat")) return;
  const element = document.createElement("baton-chat");
  const script = [...document.scripts].find(({ src }) => src === import.meta.url);
  for (const [name, value] of Object.entries(script?.dataset ?? {})) element.setAttribute(name, value ?? "");
  document.body.append(element);
}

if (!customElements.get("baton-chat")) {
  customElements.define("baton-chat", BatonChat);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", install);
  else install();
}
