"""Who holds a conversation, and what waits for a person."""
