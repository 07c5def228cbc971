"""The visitor's door: signed tokens and origins, the visitor's socket, and the element that a website embeds."""
