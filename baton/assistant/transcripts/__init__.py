"""Past conversations from elsewhere: our own JSON lines, and what Zendesk and Intercom export."""
