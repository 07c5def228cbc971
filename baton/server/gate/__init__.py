"""The release gate: suites of cases and scripted conversations, played on a server of their own and held to limits."""
