"""The grouped writer on real databases: gap-free logs, exactly-once client ids, refusals that fail alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

import baton.server.tables  # noqa: F401  (defines every table)
from baton.assistant.conversations import Arrival, receive
from baton.core.audit import read_witness, verify
from baton.core.bus import LocalBus
from baton.core.clock import SystemClock
from baton.core.database import Database, open_database
from baton.core.errors import NotFound, WriteFailed
from baton.core.heads import HeadFile
from baton.core.keys import Keys, load_keys
from baton.core.log import Author, LogEvent
from baton.core.records import Setting
from baton.core.transaction import Transaction
from baton.core.writer import Writer


class Ground:
    """A writer over an empty database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.database: Database = open_database(url, folder)
        SQLModel.metadata.create_all(self.database.writing)
        self.keys: Keys = load_keys(folder / "keys.json")
        self.bus = LocalBus()
        self.clock = SystemClock()
        self.writer = Writer(self.database, self.keys, self.clock, self.bus, HeadFile(folder / "heads"))
        self.writer.start()

    def findings(self) -> list[str]:
        witness = read_witness(self.folder / "heads")
        report = self.database.read_sync(lambda c: verify(c, self.keys, [witness]))
        return [f"{finding.place}: {finding.what}" for finding in report.findings]

    def close(self) -> None:
        self.writer.close()
        self.database.close()


@pytest.fixture
async def ground(database_url: str, tmp_path: Path) -> AsyncIterator[Ground]:
    made = Ground(database_url, tmp_path)
    yield made
    made.close()


def say(conversation: str, text: str, client_id: str | None = None) -> Callable[[Transaction], LogEvent]:
    def work(tx: Transaction) -> LogEvent:
        locked = tx.find_conversation(conversation) or tx.create_conversation(conversation)
        return tx.append(locked, "message.added", Author.visitor("vis_1"), {"text": text}, client_id=client_id)

    return work


async def test_concurrent_messages_get_a_log_without_gaps(ground: Ground) -> None:
    work = [
        ground.writer.run(say(f"cnv_{n % 5}", f"message {n}", f"m{n}"), conversation=f"cnv_{n % 5}", client_id=f"m{n}")
        for n in range(100)
    ]
    events = await asyncio.gather(*work)
    for conversation in range(5):
        seqs = sorted(event.seq for event in events if event.conversation_id == f"cnv_{conversation}")
        assert seqs == list(range(1, 21))
    assert ground.findings() == []


async def test_the_same_client_id_gives_the_first_event_again(ground: Ground) -> None:
    first, twin = await asyncio.gather(
        ground.writer.run(say("cnv_1", "once", "m1"), conversation="cnv_1", client_id="m1"),
        ground.writer.run(say("cnv_1", "once", "m1"), conversation="cnv_1", client_id="m1"),
    )
    later = await ground.writer.run(say("cnv_1", "once", "m1"), conversation="cnv_1", client_id="m1")
    assert (first.seq, twin.seq, later.seq) == (1, 1, 1)
    assert (first.repeated, twin.repeated, later.repeated) == (False, True, True)


async def test_a_refused_unit_takes_back_nothing_of_its_neighbours(ground: Ground) -> None:
    def refused(tx: Transaction) -> None:
        say("cnv_1", "never")(tx)
        tx.connection.execute(text("SELECT 1"))
        tx.create_conversation("cnv_never")
        raise NotFound("refused")

    outcomes = await asyncio.gather(
        ground.writer.run(say("cnv_1", "before"), conversation="cnv_1"),
        ground.writer.run(refused, conversation="cnv_1"),
        ground.writer.run(say("cnv_1", "after"), conversation="cnv_1"),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], LogEvent) and isinstance(outcomes[2], LogEvent)
    assert isinstance(outcomes[1], NotFound)
    assert (outcomes[0].seq, outcomes[2].seq) == (1, 2)
    assert ground.findings() == []
    with pytest.raises(NotFound):
        await ground.writer.run(lambda tx: tx.conversation("cnv_never"))


async def test_a_unit_that_breaks_a_constraint_fails_alone(ground: Ground) -> None:
    def broken(tx: Transaction) -> None:
        tx.connection.execute(text("INSERT INTO event (conversation_id, seq) VALUES ('cnv_1', 1)"))

    outcomes = await asyncio.gather(
        ground.writer.run(say("cnv_1", "one")), ground.writer.run(broken), return_exceptions=True
    )
    assert isinstance(outcomes[0], LogEvent)
    assert isinstance(outcomes[1], Exception)
    assert ground.findings() == []


async def test_a_staged_row_that_is_refused_fails_alone_though_a_later_unit_meets_it(ground: Ground) -> None:
    """Staged rows go to the database late: the refusal must reach whoever staged them, and nobody else."""
    row = {"name": "twice", "value": 1, "at": ground.clock.now()}
    await ground.writer.run(lambda tx: tx.insert(Setting, row))

    def looks(tx: Transaction) -> int:
        say("cnv_2", "looks")(tx)
        return int(tx.connection.execute(text("SELECT 1")).scalar_one())

    outcomes = await asyncio.gather(
        ground.writer.run(say("cnv_1", "before"), conversation="cnv_1"),
        ground.writer.run(lambda tx: tx.insert(Setting, row)),
        ground.writer.run(looks),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], LogEvent)
    assert isinstance(outcomes[1], WriteFailed)
    assert outcomes[2] == 1
    for conversation in ("cnv_1", "cnv_2"):
        assert (await ground.writer.run(lambda tx, id=conversation: tx.conversation(id).last_seq)) == 1  # type: ignore[misc]
    assert ground.findings() == []


async def test_what_the_database_can_not_keep_fails_alone(postgres_url: str, tmp_path: Path) -> None:
    """PostgreSQL keeps no U+0000. Whoever sends one past the edge must not take the neighbours along."""
    ground = Ground(postgres_url, tmp_path)
    outcomes = await asyncio.gather(
        ground.writer.run(say("cnv_1", "one"), conversation="cnv_1", client_id="m1"),
        ground.writer.run(say("cnv_2", "bad", "m\0"), conversation="cnv_2", client_id="m\0"),
        ground.writer.run(say("cnv_3", "three"), conversation="cnv_3", client_id="m3"),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], LogEvent) and isinstance(outcomes[2], LogEvent)
    assert isinstance(outcomes[1], WriteFailed)
    assert ground.findings() == []
    ground.close()


async def test_notices_come_after_the_commit_and_carry_the_events(ground: Ground) -> None:
    async with ground.bus.subscribe("conversation:cnv_1") as notices:
        event = await ground.writer.run(say("cnv_1", "hello"))
        notice = await anext(notices)
    assert notice.payload["seq"] == event.seq
    assert [one.id for one in notice.payload["events"]] == [event.id]


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ('UPDATE event SET body = \'{"text":"other"}\' WHERE seq = 2', "cnv_1 seq 2: The body is not"),
        ("UPDATE event SET author_kind = 'agent' WHERE seq = 2", "cnv_1 seq 2: The entry does not follow"),
        ("DELETE FROM event WHERE seq = 2", "cnv_1 seq 3: Entries 2 to 2 are missing"),
        ("DELETE FROM event WHERE seq = 3", "cnv_1 seq 3: The end of the log is missing"),
        ("UPDATE event SET body = NULL WHERE seq = 2", "cnv_1 seq 2: The body is missing"),
        ("UPDATE head SET wrote = '[]' WHERE number = 2", "head 2: What it says"),
        ("DELETE FROM head WHERE number = 3", "head 3: heads knows another one"),
    ],
)
async def test_tampering_shows_with_its_place(ground: Ground, tampering: str, found: str) -> None:
    for n in range(3):
        await ground.writer.run(say("cnv_1", f"message {n}"))
    with ground.database.writing.begin() as connection:
        connection.execute(text(tampering))
    assert any(finding.startswith(found) for finding in ground.findings()), ground.findings()


async def test_what_a_refused_unit_had_staged_is_gone_with_it(ground: Ground) -> None:
    """The unit's own flush fails under its savepoint: neither its event nor its conversation's state may be left."""
    await ground.writer.run(say("cnv_1", "one"))
    row = {"name": "twice", "value": 1, "at": ground.clock.now()}
    await ground.writer.run(lambda tx: tx.insert(Setting, row))

    def refused(tx: Transaction) -> None:
        say("cnv_1", "never")(tx)
        tx.connection.execute(text("SELECT 1"))
        say("cnv_1", "never either")(tx)
        tx.insert(Setting, row)
        tx.connection.execute(text("SELECT 1"))

    with pytest.raises(WriteFailed):
        await ground.writer.run(refused)
    assert (await ground.writer.run(say("cnv_1", "two"))).seq == 2
    assert ground.findings() == []


async def test_two_processes_that_make_the_same_row_at_once_both_succeed(postgres_url: str, tmp_path: Path) -> None:
    """Two tabs of a new visitor on two workers: each finds no visitor and makes one; one of them tries again."""
    one = Ground(postgres_url, tmp_path / "one")
    two = Ground(postgres_url, tmp_path / "two")

    def arrives(number: int) -> Callable[[Transaction], LogEvent]:
        return lambda tx: receive(tx, f"cnv_{number}", Arrival(f"vis_{number}"), "hello", "m1", None)

    for number in range(20):
        first, second = await asyncio.gather(
            one.writer.run(arrives(number), conversation=f"cnv_{number}", client_id="m1"),
            two.writer.run(arrives(number), conversation=f"cnv_{number}", client_id="m1"),
        )
        assert (first.seq, first.id) == (second.seq, second.id)
    one.close()
    two.close()
