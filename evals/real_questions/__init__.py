"""Questions of our own to real knowledge bases, and what a right reply to each is."""
