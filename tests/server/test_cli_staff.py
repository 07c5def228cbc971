"""Staff, tokens, the switch, the audit trail, keys and samples from the command line."""

from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, func, select, text

from baton.assistant.conversations import TURNS, VISITORS, Arrival, receive
from baton.core.staff import find_by_email, passwords
from baton.core.transaction import CONVERSATIONS, EVENTS, Transaction
from baton.handoff.desk import Desk
from baton.handoff.listing import read_conversation
from baton.handoff.rows import HANDOFFS
from baton.handoff.settings import HandoffSettings
from baton.handoff.summaries import list_conversations
from baton.server.config import Config
from baton.server.ground import Ground, open_ground
from tests.server.command_line import Ran, baton


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *words: str, stdin: str = "") -> Ran:
    return baton(*words, "--data", data, "--json", stdin=stdin)


def test_a_person_is_added_with_a_password_from_standard_input(data: Path) -> None:
    words = ("staff", "add", "Ann@shop.example", "--role", "agent", "--team", "support", "--team", "billing")
    added = run(data, *words, "--skill", "refunds", "--password-stdin", stdin="a long password\n").document
    assert (added["email"], added["role"], "password" in added) == ("ann@shop.example", "agent", False)
    with open_ground(Config(), data) as ground:
        row = ground.database.read_sync(lambda connection: find_by_email(connection, "ann@shop.example"))
    assert row is not None and passwords.verify("a long password", row.password_hash)
    assert (row.teams, row.skills) == (["support", "billing"], ["refunds"])
    [listed] = run(data, "staff", "list").document["items"]
    assert (listed["id"], listed["active"]) == (added["id"], True)


def test_without_a_password_one_is_made_and_shown_once(data: Path) -> None:
    made = run(data, "staff", "add", "ann@shop.example", "--role", "admin").document
    assert len(made["password"]) >= 12
    assert made["password"] not in run(data, "staff", "list").out


@pytest.mark.parametrize(
    ("words", "stdin", "status", "named"),
    [
        (["ann@shop.example", "--role", "king"], "", 2, "--role"),
        (["ann", "--role", "agent"], "", 2, "EMAIL"),
        (["ann@shop.example", "--role", "agent", "--password-stdin"], "short\n", 1, "10 characters"),
    ],
)
def test_who_can_not_be_added_is_a_sentence(data: Path, words: list[str], stdin: str, status: int, named: str) -> None:
    ran = run(data, "staff", "add", *words, stdin=stdin)
    assert (ran.status, named in ran.sentence) == (status, True)


def test_nobody_is_added_twice(data: Path) -> None:
    run(data, "staff", "add", "ann@shop.example", "--role", "agent")
    again = run(data, "staff", "add", "ANN@shop.example", "--role", "agent")
    assert (again.status, "already" in again.sentence) == (1, True)


def test_who_is_deactivated_is_gone_for_sign_in_and_can_not_be_deactivated_again(data: Path) -> None:
    run(data, "staff", "add", "ann@shop.example", "--role", "agent")
    assert run(data, "staff", "deactivate", "ann@shop.example").document["active"] is False
    again = run(data, "staff", "deactivate", "ann@shop.example")
    assert (again.status, "ann@shop.example" in again.sentence) == (1, True)
    assert run(data, "staff", "list").document["items"][0]["active"] is False


def test_each_token_is_a_staff_member_of_its_own(data: Path) -> None:
    made = [run(data, "token", "create", "--role", "agent", "--name", name).document for name in ("one", "two")]
    assert {frozenset(token) for token in made} == {frozenset({"token", "id", "role", "name"})}
    assert made[0]["id"] != made[1]["id"] and made[0]["token"] != made[1]["token"]
    assert made[0]["token"] not in run(data, "staff", "list").out
    refused = run(data, "token", "create", "--role", "king", "--name", "x")
    assert (refused.status, "--role" in refused.sentence) == (2, True)


def test_the_switch_is_kept_and_lifted(data: Path) -> None:
    assert run(data, "pause").document == {"paused": ["*"]}
    assert run(data, "ask", "How long is the warranty?").document["decision"] == "escalate"
    assert run(data, "resume").document == {"paused": []}


def test_one_task_type_can_be_paused(data: Path, tmp_path: Path) -> None:
    config = tmp_path / "site.yaml"
    config.write_text("assistant:\n  tasks:\n    returns: {examples: [I want to send this back]}\n")
    ran = baton("pause", "--task", "returns", "--config", config, "--data", data, "--json")
    assert ran.document == {"paused": ["returns"]}


def test_the_trail_verifies_and_exports(data: Path) -> None:
    run(data, "token", "create", "--role", "agent", "--name", "one")
    report = run(data, "audit", "verify").document
    assert report["ok"] and report["events"] >= 2 and report["heads"] >= 1 and report["findings"] == []
    lines = [orjson.loads(line) for line in run(data, "audit", "export").out.splitlines()]
    assert {"staff.added", "token.created"} <= {line["kind"] for line in lines}
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


def test_tampering_exits_1_and_names_the_place(data: Path) -> None:
    run(data, "token", "create", "--role", "agent", "--name", "one")
    with open_ground(Config(), data) as ground, ground.database.writing.begin() as connection:
        connection.execute(text("UPDATE event SET body = '{}' WHERE seq = 1"))
    ran = run(data, "audit", "verify")
    assert (ran.status, ran.document["ok"], ran.document["findings"][0]["place"]) == (1, False, "installation seq 1")


def test_a_witness_kept_elsewhere_shows_a_database_that_was_put_back(data: Path, tmp_path: Path) -> None:
    run(data, "token", "create", "--role", "agent", "--name", "one")
    witness = tmp_path / "witness.txt"
    witness.write_bytes((data / "heads.txt").read_bytes())
    assert run(data, "audit", "verify", "--witness", str(witness)).document["ok"]
    witness.write_text(witness.read_text() + "99 0000 0000\n")
    assert run(data, "audit", "verify", "--witness", str(witness)).status == 1
    missing = run(data, "audit", "verify", "--witness", str(tmp_path / "nowhere.txt"))
    assert (missing.status, "nowhere.txt" in missing.err) == (2, True)


def test_after_new_keys_what_was_sealed_before_still_verifies(data: Path) -> None:
    run(data, "token", "create", "--role", "agent", "--name", "one")
    first, second = run(data, "keys", "rotate").document["key"], run(data, "keys", "rotate").document["key"]
    assert first != second
    assert run(data, "audit", "verify").document["ok"]


def _say(conversation: str, arrival: Arrival, tx: Transaction) -> None:
    receive(tx, conversation, arrival, "Secret words", "m1", None)


class Month:
    """Two samples, one of them waiting for a person, and one real conversation."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with open_ground(Config(), data) as ground:
            for number, is_sample in ((1, True), (2, True), (3, False)):
                arrival = Arrival(f"vis_{number}", "en", "https://shop.example/lamps", "Lamps", sample=is_sample)
                ground.writer.run_sync(partial(_say, f"cnv_{number}", arrival))
            desk = Desk(HandoffSettings())
            ground.writer.run_sync(lambda tx: desk.request(tx, "cnv_2", "vis_2", "r1"))

    def look(self, query: Any) -> Any:
        with open_ground(Config(), self.data) as ground:
            return ground.database.read_sync(query)

    def count(self, table: Any, *where: Any) -> int:
        query = select(func.count()).select_from(table).where(*where)
        return int(self.look(lambda connection: connection.execute(query).scalar_one()))

    def listed(self) -> list[str]:
        def read(connection: Connection, ground: Ground) -> list[str]:
            shapes, _ = list_conversations(
                connection, ground.clock.now(), status=None, words=None, after=None, limit=50
            )
            return sorted(shape["id"] for shape in shapes)

        with open_ground(Config(), self.data) as ground:
            return ground.database.read_sync(lambda connection: read(connection, ground))


def test_samples_go_by_one_command_and_the_trail_stays_whole(data: Path) -> None:
    month = Month(data)
    assert month.listed() == ["cnv_1", "cnv_2", "cnv_3"]
    assert run(data, "samples", "remove").document == {"removed": 2}
    assert run(data, "audit", "verify").document["ok"]
    assert month.listed() == ["cnv_3"]
    assert month.count(HANDOFFS) == 0
    assert month.count(TURNS) == month.count(TURNS, TURNS.c.conversation_id == "cnv_3") == 1
    assert month.count(VISITORS) == month.count(VISITORS, VISITORS.c.id == "vis_3") == 1
    assert run(data, "audit", "export").out.count("Secret words") == 1
    with open_ground(Config(), data) as ground:
        now = ground.clock.now()
    assert month.look(lambda connection: read_conversation(connection, "cnv_1", now)) is None


def test_what_was_erased_is_told_in_the_log_of_each_sample(data: Path) -> None:
    month = Month(data)
    run(data, "samples", "remove")
    query = select(EVENTS).where(EVENTS.c.conversation_id == "cnv_2").order_by(EVENTS.c.seq)
    *erased, told = month.look(lambda connection: connection.execute(query).all())
    assert {(row.body, row.salt) for row in erased} == {(None, None)}
    assert (told.kind, told.audience) == ("body.erased", "visitor")
    assert orjson.loads(told.body) == {"seq": [row.seq for row in erased]}
    lines = select(CONVERSATIONS.c.first_line, CONVERSATIONS.c.last_line, CONVERSATIONS.c.status)
    row = month.look(lambda connection: connection.execute(lines.where(CONVERSATIONS.c.id == "cnv_2")).one())
    assert tuple(row) == (None, None, "resolved")


def test_removing_samples_twice_removes_nothing_more(data: Path) -> None:
    Month(data)
    run(data, "samples", "remove")
    heads = run(data, "audit", "verify").document["heads"]
    assert run(data, "samples", "remove").document == {"removed": 0}
    assert run(data, "audit", "verify").document["heads"] == heads
