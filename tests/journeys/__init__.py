"""Stories told over real sockets against the real application."""
