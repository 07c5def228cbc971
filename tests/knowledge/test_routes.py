"""The HTTP calls of the contract, over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.knowledge.site import Site, open_site
from tests.knowledge.world import World

RETURNS = b"# Returns\n\n## How long it takes\n\nA refund takes five days.\n"


@pytest.fixture
async def site(library: World) -> AsyncIterator[Site]:
    async with open_site(library) as site:
        yield site


async def _settled(client: httpx2.AsyncClient, world: World, id: str) -> dict[str, Any]:
    """The document once it is read; each look follows a notice."""
    async with asyncio.timeout(30), world.bus.subscribe("documents") as notices:
        while True:
            document: dict[str, Any] = (await client.get(f"/api/v1/documents/{id}")).json()
            if document["status"] in ("indexed", "failed"):
                return document
            await anext(notices)


async def test_uploaded_file_is_queued_then_indexed_and_found(site: Site, library: World) -> None:
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files={"file": ("returns.md", RETURNS, "text/markdown")})
        assert answer.status_code == 202
        (item,) = answer.json()["items"]
        assert item["status"] == "queued"
        document = await _settled(client, library, item["id"])
        assert {
            "status": "indexed",
            "chunks": 1,
            "title": "Returns",
            "version": 1,
            "error": None,
        }.items() <= document.items()
        found = (await client.post("/api/v1/search", json={"query": "How long does a refund take?", "limit": 3})).json()
        passage = found["passages"][0]
        assert passage["document"] == item["id"]
        assert passage["place"] == "Returns › How long it takes"
        assert {"document", "external_id", "chunk", "title", "place", "text", "score"} <= passage.keys()
        chunks = (await client.get(f"/api/v1/documents/{item['id']}/chunks")).json()
        assert chunks["items"][0]["text"] == "A refund takes five days."


async def test_unreadable_file_is_a_failed_document_with_a_sentence(site: Site, library: World) -> None:
    async with site.client("content") as client:
        answer = await client.post(
            "/api/v1/documents", files={"file": ("broken.pdf", b"\x00\x01\x02 nothing", "application/pdf")}
        )
        document = await _settled(client, library, answer.json()["items"][0]["id"])
    assert document["status"] == "failed"
    assert document["error"] == "That PDF is damaged and can't be opened. Export it again and add that."
    assert document["chunks"] == 0


async def test_file_over_the_limit_alone_is_refused_with_413(site: Site) -> None:
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files={"file": ("big.txt", b"a" * 1_200_000)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_file_over_the_limit_is_listed_as_failed_and_its_neighbours_are_taken(site: Site, library: World) -> None:
    files = [
        ("file", ("big.txt", b"a" * 1_900_000)),
        ("file", ("returns.md", RETURNS)),
        ("file", ("b.md", b"# B\n\nB")),
    ]
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files=files)
        assert answer.status_code == 202, answer.text
        big, *others = answer.json()["items"]
        assert [item["source"] for item in others] == ["returns.md", "b.md"]
        assert [(await _settled(client, library, item["id"]))["status"] for item in others] == ["indexed", "indexed"]
        listed = (await client.get(f"/api/v1/documents/{big['id']}")).json()
    assert (big["status"], listed["status"], listed["title"], listed["chunks"]) == ("failed", "failed", "Big", 0)
    assert big["error"] == listed["error"]
    assert listed["error"] == (
        "That file is larger than 1 MB. Split it and add the parts, or raise knowledge.max_file_mb."
    )


async def test_request_of_more_than_ten_such_files_is_refused_before_it_is_read(site: Site) -> None:
    files = [("file", (f"{number}.txt", b"a" * 900_000)) for number in range(13)]
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files=files)
        listed = (await client.get("/api/v1/documents")).json()["items"]
    assert (answer.status_code, answer.json()["code"], listed) == (413, "too_large", [])
    assert answer.json()["detail"] == "One request may bring 10 MB. Send fewer files at a time."


async def test_stream_without_a_length_is_cut_off_at_the_limit(site: Site) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.txt"\r\n\r\n'
        for _ in range(60):
            yield b"a" * 100_000

    async with site.client("content") as client:
        headers = {"content-type": "multipart/form-data; boundary=b"}
        answer = await client.post("/api/v1/documents", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_rows_of_an_uploaded_json_lines_file_are_an_item_each(site: Site) -> None:
    rows = "\n".join(json.dumps({"id": f"r{n}", "title": f"Row {n}", "text": "The same text."}) for n in range(3))
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files={"file": ("rows.jsonl", rows.encode())})
        assert len(answer.json()["items"]) == 3
        listed = (await client.get("/api/v1/documents", params={"limit": 2})).json()
        rest = (await client.get("/api/v1/documents", params={"limit": 2, "after": listed["next"]})).json()
    assert sorted(item["external_id"] for item in listed["items"] + rest["items"]) == ["r0", "r1", "r2"]


async def test_name_with_a_way_out_of_its_folder_keeps_only_its_harmless_parts(site: Site) -> None:
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files={"file": ("../../help/returns.md", RETURNS)})
        document = (await client.get(f"/api/v1/documents/{answer.json()['items'][0]['id']}")).json()
    assert document["source"] == "help/returns.md"


async def test_deleting_answers_204_and_then_there_is_nothing(site: Site) -> None:
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files={"file": ("returns.md", RETURNS)})
        path = f"/api/v1/documents/{answer.json()['items'][0]['id']}"
        assert (await client.delete(path)).status_code == 204
        for gone in (await client.get(path), await client.delete(path), await client.get(f"{path}/chunks")):
            assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body, content_type, status",
    [
        (b'{"url": "ftp://example.com/x"}', "application/json", 400),
        (b'{"url": ""}', "application/json", 400),
        (b"{}", "application/json", 400),
        (b"not json", "application/json", 400),
        (b"hello", "text/plain", 415),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 400),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b", 400),
        (b"nonsense", "multipart/form-data", 400),
    ],
)
async def test_malformed_call_is_a_problem_that_says_why(
    site: Site, body: bytes, content_type: str, status: int
) -> None:
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", content=body, headers={"content-type": content_type})
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_address_in_a_private_network_fails_without_being_fetched(site: Site, library: World) -> None:
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", json={"url": "http://[::1]:9/secret"})
        assert answer.status_code == 202
        document = await _settled(client, library, answer.json()["items"][0]["id"])
    assert document["status"] == "failed"
    assert "private network" in document["error"]


async def test_only_content_owners_and_administrators_may_keep_documents(site: Site) -> None:
    for role, status in (("content", 200), ("admin", 200), ("agent", 403), (None, 401)):
        async with site.client(role) as client:
            assert (await client.get("/api/v1/documents")).status_code == status
            assert (await client.delete("/api/v1/documents/doc_x")).status_code == (404 if status == 200 else status)


async def test_agents_and_content_owners_may_search(site: Site) -> None:
    for role, status in (("content", 200), ("agent", 200), (None, 401)):
        async with site.client(role) as client:
            assert (await client.post("/api/v1/search", json={"query": "refund"})).status_code == status


async def test_staff_only_document_is_not_found_as_a_visitor(site: Site, library: World) -> None:
    secret = b"# Internal: Refund limits\n\nAgents may refund 500 crowns.\n"
    async with site.client("content") as client:
        answer = await client.post("/api/v1/documents", files={"file": ("limits.md", secret)})
        await _settled(client, library, answer.json()["items"][0]["id"])
        asked = {"query": "refund 500 crowns"}
        as_staff = (await client.post("/api/v1/search", json=asked)).json()
        as_visitor = (await client.post("/api/v1/search", json=asked | {"audience": "visitor"})).json()
    assert len(as_staff["passages"]) == 1
    assert as_visitor["passages"] == []


async def test_cookie_without_its_csrf_token_changes_nothing(site: Site) -> None:
    async with site.client(None) as client:
        headers = {"cookie": site.cookie}
        refused = await client.post("/api/v1/documents", files={"file": ("returns.md", RETURNS)}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "bad_csrf")
        taken = await client.post(
            "/api/v1/documents", files={"file": ("returns.md", RETURNS)}, headers=headers | {"x-csrf-token": site.csrf}
        )
        assert taken.status_code == 202


async def test_page_is_for_content_owners_and_holds_nothing_inline(site: Site) -> None:
    async with site.client(None) as client:
        page = await client.get("/knowledge", headers={"cookie": site.cookie})
        away = await client.get("/knowledge", follow_redirects=False)
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "<style" not in page.text
    assert "onclick" not in page.text
    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=/knowledge")
