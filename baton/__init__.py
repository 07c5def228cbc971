"""Support chat that knows when to pass the baton to a person."""
