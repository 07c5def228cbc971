"""The child process that parses strangers' files: no secrets, no writing, bounded memory and time.

A request on standard input is a line of JSON (`kind`, `title`, `size`) and `size` bytes; the answer is a line of JSON.
"""

import os
import resource
import sys
from typing import BinaryIO

import orjson

from baton.knowledge.reading.blocks import as_json
from baton.knowledge.reading.formats import read_content


def main(memory_mb: int, seconds: int) -> None:
    """Answer requests until standard input ends."""
    answers = _private_output()
    limit_process(memory_mb)
    while line := sys.stdin.buffer.readline():
        limit_time(seconds)
        answers.write(_answer(orjson.loads(line), sys.stdin.buffer))
        answers.flush()


def _answer(request: dict[str, str], content: BinaryIO) -> bytes:
    result = read_content(request["kind"], content.read(int(request["size"])), request["title"])  # type: ignore[arg-type]
    return orjson.dumps(as_json(result), option=orjson.OPT_APPEND_NEWLINE)


def _private_output() -> BinaryIO:
    """Keep the pipe for answers; whatever a parser prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def limit_process(memory_mb: int) -> None:
    """Bound the address space, and allow no files to be written and no core to be dumped."""
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(seconds: int) -> None:
    """Allow this much processor time from now on, so that a child whose parent is gone ends too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
