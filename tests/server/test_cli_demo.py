"""`baton demo` as a process: two links that open, a month behind it, and samples that go by one command."""

from pathlib import Path

import httpx2

from tests.server.command_line import baton, served


def test_the_demonstration_opens_by_its_links_and_its_samples_go_by_one_command(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    with served(data, command="demo") as demo:
        beside = ("--data", data, "--json")
        token = baton("token", "create", "--role", "agent", "--name", "test", *beside).document["token"]
        bearer = {"authorization": f"Bearer {token}"}
        with httpx2.Client(trust_env=False, timeout=30) as http:
            assert http.get(demo.announced["shop"]).status_code == 200
            seat = http.get(demo.announced["seats"]["agent"])
            assert (seat.status_code, "csrf_token" in seat.text) == (200, True)
            listed = http.get(f"{demo.url}/api/v1/conversations", headers=bearer).json()["items"]
            assert len(listed) >= 20 and all(one["sample"] for one in listed)

            assert baton("samples", "remove", *beside).document["removed"] == len(listed)
            for path in ("conversations", "handoffs"):
                assert http.get(f"{demo.url}/api/v1/{path}", headers=bearer).json()["items"] == []
            gone = http.get(f"{demo.url}/api/v1/conversations/{listed[0]['id']}", headers=bearer)
            assert gone.status_code == 404
        assert baton("audit", "verify", *beside).document["ok"]
        assert baton("documents", *beside).document["items"]
        assert demo.end() == 0
