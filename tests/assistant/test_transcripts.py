"""Past conversations of each known form: who said what, and nothing that was written for colleagues."""

from pathlib import Path

import orjson
import pytest

from baton.assistant.transcripts.markup import text_of_markup
from baton.assistant.transcripts.reading import read_transcripts
from baton.assistant.transcripts.transcript import BadTranscript, Message, Transcript

EXPORTS = Path(__file__).parent / "exports"


def read(name: str) -> list[Transcript]:
    return read_transcripts(EXPORTS / name)


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(message.author, message.text) for message in transcript.messages]


def test_our_own_form_is_read_line_by_line() -> None:
    found = read("own.jsonl")
    assert [one.id for one in found] == ["chat-1", "chat-2", "chat-3"]
    assert found[0].messages[0] == Message("visitor", "Hello", "2026-01-12T09:00:00Z")
    assert said(found[2])[1] == ("assistant", "A colleague will be with you.")


def test_a_ticket_of_zendesk_tells_visitors_by_requester_and_role_and_leaves_internal_comments_out() -> None:
    first, second = read("zendesk.json")
    assert first.id == "3501"
    assert said(first) == [
        ("visitor", "How long does a refund take?"),
        ("agent", "Five working days after the parcel arrives."),
        ("visitor", "I am his wife.\nWhen are you open?"),
        ("agent", "Monday to Friday, 9 to 18."),
    ]
    assert said(second) == [("visitor", "Can I return a lamp?"), ("agent", "Yes, within 30 days.")]


def test_a_conversation_of_intercom_leaves_notes_and_what_was_redacted_out_and_knows_software() -> None:
    (found,) = read("intercom.jsonl")
    assert said(found) == [
        ("visitor", "What does shipping to Norway cost?"),
        ("assistant", "Let me look."),
        ("agent", "€16.90.\nAnything else?"),
        ("visitor", "How many days?"),
        ("assistant", "Our AI says six."),
        ("agent", "Six days, yes."),
    ]
    assert found.messages[0].at == "2026-01-12T10:00:00+00:00"


def test_a_comment_that_does_not_say_it_is_public_is_not_used(tmp_path: Path) -> None:
    comments = [{"author_id": 1, "plain_body": "Hello?", "public": True}, {"author_id": 2, "plain_body": "a secret"}]
    (found,) = read_transcripts(write(tmp_path, {"id": 1, "requester_id": 1, "comments": comments}))
    assert said(found) == [("visitor", "Hello?")]


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"hello": "world"}, "the document is not a conversation of a form that is known: our own form"),
        ({"messages": [{"author": "customer", "text": "x"}]}, 'message 1: "author" must be visitor, agent or'),
        ({"messages": [{"author": "visitor", "text": None}]}, 'message 1 needs a text as "text"'),
        ([{"requester_id": 1, "comments": [{"public": True}]}], 'entry 1: each of "comments" needs an "author_id"'),
        ({"source": {}, "conversation_parts": {"conversation_parts": [1]}}, '"conversation_parts" must hold a list'),
        ({"source": {"body": "x", "author": {"type": "alien"}}, "conversation_parts": []}, "a message is of 'alien'"),
        ([], "has no conversations"),
    ],
)
def test_what_is_of_no_known_form_is_named_with_its_place(document: object, named: str, tmp_path: Path) -> None:
    with pytest.raises(BadTranscript) as error:
        read_transcripts(write(tmp_path, document))
    assert named in str(error.value)


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": "a", "messages": []}\n{oops\n', encoding="utf-8")
    with pytest.raises(BadTranscript, match=r"bad\.jsonl, line 2 is not JSON"):
        read_transcripts(file)


def test_markup_becomes_lines() -> None:
    markup = "<div>One\n  line<br/>two &amp; <i>three</i></div><ul><li>a</li><li>b</li></ul><script>x()</script>"
    assert text_of_markup(markup) == "One line\ntwo & three\na\nb"
    assert text_of_markup("plain words") == "plain words"
    assert text_of_markup(" ") == text_of_markup("<!-- nothing -->") == ""


def write(folder: Path, document: object) -> Path:
    file = folder / "export.json"
    file.write_bytes(orjson.dumps(document))
    return file
