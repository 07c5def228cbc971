"""The ground: database, the one writer, the log and its chain, claims, bus, staff and sign-in."""
