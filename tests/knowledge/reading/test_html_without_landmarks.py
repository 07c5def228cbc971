"""Pages that mark neither their content nor their navigation."""

from baton.knowledge.reading.html import read_html

PAGE = """
<html><head><title>Returns | Fjell &amp; Fern</title></head><body>
<div class="x1"><a href="/">Home</a> <a href="/shop">Shop</a> |
<a href="/help">Help</a> <a href="/account">Account</a></div>
<div class="x2">
  <h1>Returns</h1>
  <p>Send it back within <a href="/days">30 days</a>.
  See <a href="/label">the label</a> and <a href="/map">our shops</a>.</p>
  <table><tr><th>Country</th><th>Days</th></tr><tr><td>Norway</td><td>30</td></tr></table>
  <ul><li>Unworn</li><li>With its tag</li></ul>
</div>
<table><tr><td><a href="/a">About us</a></td><td><a href="/b">Jobs</a></td><td><a href="/c">Press</a></td>
<td><a href="/d">Imprint</a></td></tr></table>
</body></html>
"""


def said(content: str) -> str:
    return repr(read_html(content.encode(), "page").blocks)


def test_rows_of_links_are_left_out_and_the_content_stays() -> None:
    text = said(PAGE)
    assert not [word for word in ("Account", "Imprint", "Home") if word in text]
    assert all(word in text for word in ("within 30 days", "our shops", "Norway", "With its tag"))


def test_a_page_that_is_nothing_but_links_is_kept() -> None:
    links = "".join(f'<li><a href="/{n}">Question number {n}</a></li>' for n in range(8))
    assert "Question number 7" in said(f"<html><body><ul>{links}</ul></body></html>")
