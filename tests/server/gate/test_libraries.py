"""What the gate measures on: the sample shop under the installation's settings, or a copy of its documents."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from baton.core.database import open_database
from baton.core.errors import BatonError, ConfigurationError
from baton.knowledge.library import CHUNKS, DOCUMENTS, STATE
from baton.server.config import Config
from baton.server.gate.own import copied_from
from baton.server.gate.shop import as_shop
from baton.server.gate.stage import embedded, patient
from baton.server.ground import open_ground
from baton.server.schema import migrate

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_the_shop_keeps_the_installations_models_and_thresholds_and_brings_its_own_tasks() -> None:
    own = {"min_confidence": 0.7, "tasks": {"own": {"examples": ["How?"]}}, "document_languages": ["de"]}
    shop = as_shop(Config(assistant=own, widget={"brand": {"name": "Own", "hue": 10}, "message_characters": 500}))
    assert shop.assistant.min_confidence == 0.7
    assert "own" not in shop.assistant.tasks and "complaint" in shop.assistant.tasks
    assert shop.assistant.document_languages == ("en",)
    assert (shop.widget.brand.name, shop.widget.message_characters) == ("Larch & Ladle", 500)
    assert [rule.audience for rule in shop.knowledge.audience_rules] == ["staff"]


def test_no_engine_of_the_installation_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_DATABASE__URL", "postgresql://db.example/baton")
    config = Config(bus={"url": "redis://bus.example"}, knowledge={"index_url": "http://index.example"})
    assert config.database.url.startswith("postgresql")
    apart = embedded(patient(as_shop(config)))
    assert (apart.database.url, apart.bus.url, apart.knowledge.index_url) == ("sqlite", "local", None)
    assert apart.assistant.turns_without_progress >= 1000


def document(id: str, version: int, **values: Any) -> dict[str, Any]:
    usual = {"identity": f"id:{id}", "source": id, "kind": "jsonl", "status": "indexed", "chunks": 1}
    times = {"created_at": NOW, "updated_at": NOW, "audience": "public", "title": id, "sha256": ""}
    return usual | times | {"id": id, "version": version, "newest_version": version, "attempts": 0} | values


def chunk(id: int, document: str, version: int) -> dict[str, Any]:
    where = {"id": id, "document_id": document, "version": version, "ordinal": 0, "place": document}
    return where | {"text": f"{document} {version}", "audience": "public", "vector": b"v", "sentences": [[0, 3]],
                    "sentence_vectors": b"s"}  # fmt: skip


def fill(url: str, data: Path) -> None:
    """A document that is being read again, one that never was, and a chunk of a version that isn't published."""
    database = open_database(url, data)
    migrate(database)
    reading = document("a", 1, newest_version=2, status="reading", claimed_by="worker", due_at=NOW)
    failed = document("b", 0, status="failed", error="No.", chunks=0)
    with database.writing.begin() as connection:
        connection.execute(insert(DOCUMENTS).values(reading))
        connection.execute(insert(DOCUMENTS).values(failed))
        connection.execute(insert(CHUNKS), [chunk(1, "a", 1), chunk(2, "a", 2)])
        connection.execute(insert(STATE), [{"id": 1, "index_generation": 3, "embedding_model": "m"}])
    database.close()


def test_what_is_published_is_copied_and_at_rest(database_url: str, tmp_path: Path) -> None:
    fill(database_url, tmp_path)
    prepare = copied_from(Config(database={"url": database_url}), tmp_path)
    with open_ground(embedded(Config()), tmp_path / "copy", serving=True) as ground:
        prepare(ground)
        documents = ground.database.read_sync(lambda connection: connection.execute(select(DOCUMENTS)).all())
        chunks = ground.database.read_sync(lambda connection: connection.execute(select(CHUNKS)).all())
        state = ground.database.read_sync(lambda connection: connection.execute(select(STATE)).one())
    assert [(row.id, row.status, row.newest_version, row.claimed_by, row.due_at) for row in documents] == [
        ("a", "indexed", 1, None, None)
    ]
    assert [(row.id, row.text, row.vector, row.sentences) for row in chunks] == [(1, "a 1", b"v", [[0, 3]])]
    assert (state.index_generation, state.embedding_model) == (0, "m")


def test_an_empty_library_and_one_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        copied_from(Config(), tmp_path)
    (tmp_path / "baton.db").write_bytes(b"no database, but bytes " * 50)
    with pytest.raises(BatonError, match="can't be read"):
        copied_from(Config(), tmp_path)
    database = open_database("sqlite", tmp_path / "empty")
    migrate(database)
    database.close()
    with pytest.raises(ConfigurationError, match="has no documents"):
        copied_from(Config(), tmp_path / "empty")
