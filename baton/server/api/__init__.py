"""The interfaces, described for programs."""
