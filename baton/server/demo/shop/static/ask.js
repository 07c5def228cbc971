// @ts-check
// What needs the chat stays hidden until the chat is there; buttons with data-open-chat open it.

customElements.whenDefined("baton-chat").then(() => {
  for (const element of document.querySelectorAll("[data-needs-chat]")) element.removeAttribute("hidden");
});

for (const button of document.querySelectorAll("[data-open-chat]")) {
  button.addEventListener("click", () => document.querySelector("baton-chat")?.setAttribute("open", ""));
}
