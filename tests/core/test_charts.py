"""Charts are well-formed SVG that says itself, begins at zero and keeps its labels apart."""

import re
from xml.etree import ElementTree

from baton.core.charts import HEIGHT, WIDTH, Axis, Bar, Line, Mark, as_file, bar_chart, line_chart, share

SVG = "{http://www.w3.org/2000/svg}"


def parsed(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document)  # noqa: S314  what we drew ourselves


def drawn(markup: str) -> ElementTree.Element:
    """A chart as a page holds it, where the namespace is known."""
    return parsed(f'<root xmlns="http://www.w3.org/2000/svg">{markup}</root>')[0]


def texts(chart: ElementTree.Element) -> dict[str, tuple[float, float]]:
    """Where each label stands."""
    return {str(one.text): (float(one.attrib["x"]), float(one.attrib["y"])) for one in chart.iter(f"{SVG}text")}


def test_a_line_chart_says_itself_and_names_its_lines_beside_them() -> None:
    lines = [Line("wrong", [(0.2, 0.01), (1.0, 0.08)]), Line("not above", [(0.2, 0.05), (1.0, 0.09)], "second")]
    chart = drawn(line_chart("Errors rise.", Axis("Answered"), Axis("Wrong", 0.1), lines, [Mark((0.5, 0.04), "here")]))
    assert (chart.get("role"), chart.get("aria-label")) == ("img", "Errors rise.")
    found = texts(chart)
    assert {"wrong", "not above", "Answered", "Wrong", "here", "0 %", "100 %", "2 %"} <= found.keys()
    assert abs(found["wrong"][1] - found["not above"][1]) >= 12
    assert len(chart.findall(f"{SVG}path[@class='chart-line chart-main']")) == 1


def test_labels_of_marks_that_are_near_each_other_do_not_touch() -> None:
    marks = [Mark((0.06, 0.01), "1 %: 6.7 %"), Mark((0.17, 0.05), "5 %: 17 %"), Mark((0.1, 0.06), "10 %: 10 %")]
    found = texts(drawn(line_chart("x", Axis("Answered"), Axis("Wrong", 0.26), [], marks)))
    places = [found[mark.label] for mark in marks]
    for number, (x, y) in enumerate(places):
        assert all(abs(y - b) >= 12 or abs(x - a) >= 70 for a, b in places[:number])


def test_nothing_is_drawn_outside_the_axes() -> None:
    line = Line("wrong", [(0.1, 0.9), (0.5, 0.05), (1.0, 0.1)])
    chart = drawn(line_chart("x", Axis("Answered"), Axis("Wrong", 0.1), [line]))
    path = chart.find(f"{SVG}path[@class='chart-line chart-main']")
    assert path is not None
    numbers = [float(number) for number in re.findall(r"[\d.]+", path.attrib["d"])]
    assert len(numbers) == 4
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def test_bars_begin_at_zero_and_are_as_long_as_their_share() -> None:
    chart = drawn(bar_chart("x", [Bar("all", 1.0, "40"), Bar("half", 0.5, "20", "ideal"), Bar("none", 0.0, "0")]))
    bars = chart.findall(f"{SVG}rect")
    assert len({bar.attrib["x"] for bar in bars}) == 1
    whole, half, none = (float(bar.attrib["width"]) for bar in bars)
    assert abs(half - whole / 2) < 0.1
    assert none <= 1


def test_words_from_elsewhere_are_text() -> None:
    chart = bar_chart('<b>"said"', [Bar("<script>", 0.5, "&")])
    assert "<script>" not in chart
    assert drawn(chart).get("aria-label") == '<b>"said"'


def test_a_file_brings_its_own_style_and_is_whole() -> None:
    chart = line_chart("x", Axis("Answered"), Axis("Wrong"), [Line("wrong", [(0.0, 0.0), (1.0, 1.0)])])
    root = parsed(as_file("Suite <one>", [("First", chart), ("Second", chart)]))
    assert root.tag == f"{SVG}svg"
    style = root.find(f"{SVG}style")
    assert style is not None and style.text is not None
    assert all(f"{name}:" in style.text for name in set(re.findall(r"var\((--[\w-]+)\)", style.text)))
    assert {"Suite <one>", "First", "Second"} <= {one.text for one in root.iter(f"{SVG}text")}


def test_an_axis_has_few_round_ticks_from_zero() -> None:
    for most in (0.03, 0.1, 0.22, 0.5, 0.71, 1.0):
        ticks = Axis("x", most).ticks
        assert ticks[0] == 0
        assert 2 <= len(ticks) <= 6
        assert ticks[-1] <= most


def test_shares_are_said_as_finely_as_they_matter() -> None:
    assert [share(one) for one in (0.0, 0.005, 0.02, 0.051, 0.25, 1.0)] == [
        "0 %",
        "0.5 %",
        "2 %",
        "5.1 %",
        "25 %",
        "100 %",
    ]
