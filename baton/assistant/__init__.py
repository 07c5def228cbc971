"""One turn: a conversation and the visitor's message in, a decision out."""
