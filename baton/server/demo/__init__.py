"""The demonstration: a shop of our own making, its help centre, its staff and a month of conversations."""
