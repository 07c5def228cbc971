"""Bytes of a file in, a structured document out; the parsing happens in a child process with limits."""
