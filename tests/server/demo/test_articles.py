"""The help centre of the demonstration holds together."""

import re

import pytest

from baton.server.demo.articles import TOPICS, Article, anchor, articles, draw, topics

ALL = list(articles().values())
PUBLIC = [article for article in ALL if not article.is_internal]


def test_there_are_some_forty_articles_and_a_few_for_staff_only() -> None:
    assert len(PUBLIC) >= 40
    assert 3 <= len(ALL) - len(PUBLIC) <= 6


def test_every_public_article_stands_in_exactly_one_topic() -> None:
    listed = [slug for slugs in TOPICS.values() for slug in slugs]
    assert sorted(listed) == sorted(article.slug for article in PUBLIC)


def test_no_internal_article_is_listed_or_has_an_address() -> None:
    assert not any(article.is_internal for _, listed in topics() for article in listed)
    assert all(article.url is None for article in ALL if article.is_internal)


@pytest.mark.parametrize("article", ALL, ids=lambda article: article.slug)
def test_an_article_has_one_title_and_sections(article: Article) -> None:
    assert len(re.findall(r"^# ", article.text, re.MULTILINE)) == 1
    assert article.slug == "dishwasher" or re.search(r"^## ", article.text, re.MULTILINE)


@pytest.mark.parametrize("article", ALL, ids=lambda article: article.slug)
def test_tables_have_the_same_number_of_cells_in_every_row(article: Article) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", article.text, re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1


def test_no_public_article_mentions_what_only_staff_know() -> None:
    for article in PUBLIC:
        assert not re.search(r"goodwill|GW-\d|F-2409|FR-2|7480", article.text, re.IGNORECASE)


def test_an_article_is_drawn_with_anchors_and_scrolling_tables() -> None:
    html = draw(articles()["refunds"])
    assert '<h2 id="how-long-a-refund-takes">' in html
    assert html.count('class="table-scroll"') == html.count("<table>") == 1


def test_an_anchor_is_plain() -> None:
    assert anchor("I don't see it yet") == "i-don-t-see-it-yet"
