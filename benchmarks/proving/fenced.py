"""The arm under proof: `baton` as it is."""

from baton.server.cli import main

if __name__ == "__main__":
    main()
