"""The agents' console: one page, its styles and its browser modules."""
