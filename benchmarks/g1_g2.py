"""G1 and G2: a message accepted, committed and acknowledged, beside a bare server of the same durability.

`python -m benchmarks.g1_g2`. Each pair runs the bare server, then Baton, both fresh; every connection sends its next
message when the last one is acknowledged. A ratio is Baton's figure divided by the bare server's of the same pair.
"""

import argparse
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.load.client import Figures, Load, build, put
from benchmarks.load.report import Goal, median_of_ratios, tell
from benchmarks.load.servers import ASK_PERSON, HELLO, bare, baton, machine, prepare

MANY, FEW = 500, 50
MESSAGE = json.dumps({"type": "message.send", "client_id": "%U", "text": "hello, where is my order?"})
HELD_BY_PEOPLE = (
    *(f"send:{HELLO}", 'wait:"welcome"'),
    *(f"send:{ASK_PERSON}", 'wait:"ack"', "wait:Your request is kept"),
)
"""Loaded only once everybody was told that nobody is on duty: telling hundreds is work of its own."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One run of each, in this order."""

    connections: int
    bare: Figures
    baton: Figures


def measure(connections: int, pairs: int, seconds: float, folder: Path) -> list[Pair]:
    """`pairs` interleaved runs at so many conversations."""
    client, prepared = build(folder), prepare(folder)
    return [_pair(connections, seconds, folder, client, prepared) for _ in range(pairs)]


def goals(few: list[Pair], many: list[Pair]) -> list[Goal]:
    """G1 at few conversations, G2 at many."""
    rate = median_of_ratios([(pair.baton.per_second, pair.bare.per_second) for pair in few])
    cpu = median_of_ratios([(pair.baton.cpu_us_per_message, pair.bare.cpu_us_per_message) for pair in few])
    slowest = median_of_ratios([(pair.baton.p99_ms, pair.bare.p99_ms) for pair in many])
    return [
        Goal("G1", f"messages/s at {FEW} conversations", rate, "least", 0.5, 0.75),
        Goal("G1", f"CPU a message at {FEW} conversations", cpu, "most", 2.0),
        Goal("G2", f"p99 at {MANY} conversations", slowest, "most", 3.0, 1.5),
    ]


def _pair(connections: int, seconds: float, folder: Path, client: Path, prepared: Path) -> Pair:
    with bare(folder) as server:
        reference = put(_load(connections, seconds, "/ws/%C", '"message.send"', ()), server, client)
    with baton(folder, prepared) as server:
        ours = put(_load(connections, seconds, "/ws/visitor", '"type":"ack"', HELD_BY_PEOPLE), server, client)
    return Pair(connections, reference, ours)


def _load(connections: int, seconds: float, path: str, done: str, handshake: tuple[str, ...]) -> Load:
    return Load(connections, seconds, path, MESSAGE, done, handshake, settle_seconds=2.5)


def _rows(pairs: list[Pair]) -> list[dict[str, Any]]:
    rows = []
    for number, pair in enumerate(pairs, start=1):
        for name, figures in (("bare", pair.bare), ("baton", pair.baton)):
            rows.append({"conversations": pair.connections, "pair": number, "server": name} | asdict(figures))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5, choices=range(1, 21), metavar="1..20")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run, at most 30")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    details = {"machine": machine()}
    with tempfile.TemporaryDirectory() as name:
        folder, seconds = Path(name), min(options.seconds, 30.0)
        few, many = (
            ([], [])
            if not options.pairs
            else (measure(FEW, options.pairs, seconds, folder), measure(MANY, options.pairs, seconds, folder))
        )
    tell(goals(few, many), details, [*_rows(few), *_rows(many)], options.json)


if __name__ == "__main__":
    main()
