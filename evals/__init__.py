"""Quality, measured on data."""
