"""Load on a server of ours: a client in C, a reference server of the same durability, and what processes cost."""
