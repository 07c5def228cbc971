"""Pages for supervisors and administrators: how sure the assistant is, what it may do, and what a change would do."""
