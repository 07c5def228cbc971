"""People and tokens: what each role includes, one-time links, sessions, and what ends with an account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from baton.core.staff import (
    ROLES,
    StaffError,
    StaffMember,
    add_staff,
    close_session,
    create_link,
    create_token,
    deactivate_staff,
    find_by_email,
    find_by_session,
    find_by_token,
    open_session,
    use_link,
)
from tests.core.ground import Ground, open_ground


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground("sqlite", tmp_path) as opened:
        yield opened


def add(ground: Ground, email: str = "ann@shop.example", role: str = "agent") -> str:
    return ground.writer.run_sync(lambda tx: add_staff(tx, name="Ann", role=role, email=email))


@pytest.mark.parametrize(
    "role, may",
    [
        ("agent", {"agent"}),
        ("supervisor", {"agent", "supervisor"}),
        ("content", {"content"}),
        ("admin", {"agent", "supervisor", "content", "admin"}),
    ],
)
def test_a_role_may_do_its_own_and_what_it_includes(role: str, may: set[str]) -> None:
    member = StaffMember("stf_1", None, "Ann", role, (), (), None)
    assert {one for one in ROLES if member.may(one)} == may


def test_an_address_belongs_to_one_person_however_it_is_written(ground: Ground) -> None:
    id = add(ground, "Ann@Shop.example")
    row = ground.database.read_sync(lambda connection: find_by_email(connection, "ANN@shop.EXAMPLE"))
    assert row is not None and row.id == id
    with pytest.raises(StaffError, match="already"):
        add(ground)


def test_a_role_that_there_is_not_is_refused_and_nothing_is_recorded(ground: Ground) -> None:
    with pytest.raises(StaffError, match="king"):
        add(ground, role="king")
    assert ground.recorded() == []


def test_each_token_opens_its_own_account(ground: Ground) -> None:
    made = [ground.writer.run_sync(lambda tx: create_token(tx, role="agent", name="t")) for _ in range(2)]
    rows = [ground.database.read_sync(lambda c, one=one: find_by_token(c, one["token"])) for one in made]  # type: ignore[misc]
    assert [row.id for row in rows if row] == [one["id"] for one in made]
    assert ground.database.read_sync(lambda connection: find_by_token(connection, "baton_forged")) is None


def test_a_link_signs_in_once_and_only_in_time(ground: Ground) -> None:
    id = add(ground)
    first, late = [ground.writer.run_sync(lambda tx: create_link(tx, id, minutes=10)) for _ in range(2)]
    assert ground.writer.run_sync(lambda tx: use_link(tx, first)) == id
    assert ground.writer.run_sync(lambda tx: use_link(tx, first)) is None
    ground.clock.advance(601)
    assert ground.writer.run_sync(lambda tx: use_link(tx, late)) is None
    assert ground.writer.run_sync(lambda tx: use_link(tx, "unknown")) is None


def test_a_link_is_no_bearer_token_and_a_token_no_link(ground: Ground) -> None:
    id = add(ground)
    link = ground.writer.run_sync(lambda tx: create_link(tx, id, minutes=10))
    token = ground.writer.run_sync(lambda tx: create_token(tx, role="agent", name="t"))["token"]
    assert ground.database.read_sync(lambda connection: find_by_token(connection, link)) is None
    assert ground.writer.run_sync(lambda tx: use_link(tx, token)) is None


def test_a_session_lasts_until_it_is_closed(ground: Ground) -> None:
    id = add(ground)
    cookie, csrf = ground.writer.run_sync(lambda tx: open_session(tx, id, hours=1))
    row = ground.database.read_sync(lambda connection: find_by_session(connection, cookie))
    assert row is not None and (row.id, row.csrf) == (id, csrf)
    ground.writer.run_sync(lambda tx: close_session(tx, cookie))
    assert ground.database.read_sync(lambda connection: find_by_session(connection, cookie)) is None


async def test_with_an_account_end_its_sessions_tokens_and_links_and_everybody_hears(ground: Ground) -> None:
    made = await ground.writer.run(lambda tx: create_token(tx, role="agent", name="t"))
    id = made["id"]
    cookie, _ = await ground.writer.run(lambda tx: open_session(tx, id, hours=1))
    link = await ground.writer.run(lambda tx: create_link(tx, id, minutes=10))
    async with ground.bus.subscribe("staff") as notices:
        await ground.writer.run(lambda tx: deactivate_staff(tx, id, by="stf_admin"))
        assert (await anext(notices)).payload == {"staff": id, "deactivated": True}
    assert await ground.database.read(lambda connection: find_by_token(connection, made["token"])) is None
    assert await ground.database.read(lambda connection: find_by_session(connection, cookie)) is None
    assert await ground.writer.run(lambda tx: use_link(tx, link)) is None
    assert ground.recorded()[-1] == "staff.deactivated"
