"""The commands of `baton`, a module a theme; each registers its own."""
