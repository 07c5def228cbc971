"""Small charts as SVG: lines and bars with their names beside them, few ticks, and a sentence for who can't see them.

Colours are classes of `browser/charts.css`, so that a chart follows its page; `as_file` takes that style along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Literal

from markupsafe import Markup

WIDTH, HEIGHT = 420, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 92, 26, 44
_LINE_HEIGHT, _CHARACTER = 16, 7.8
_ROW, _BAR, _NAMES, _FIGURES = 28, 14, 140, 56
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST_TICKS = 5
Look = Literal["main", "second", "ideal"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """Shares from 0 to `most`, 0..1, written as per cent."""

    label: str
    most: float = 1.0

    @property
    def ticks(self) -> list[float]:
        """0 and a few round shares up to the most."""
        step = next((one for one in _STEPS if self.most / one <= _MOST_TICKS), _STEPS[-1])
        return [round(number * step, 4) for number in range(int(self.most / step + 1e-9) + 1)]

    def place(self, value: float, start: float, end: float) -> float:
        """Where a share stands between two ends, in pixels."""
        return start + (end - start) * value / self.most


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order they are joined; `has_dots` marks each. What lies above the axis is not drawn."""

    name: str
    points: Sequence[Point]
    look: Look = "main"
    has_dots: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One point that is spoken of."""

    at: Point
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A share, 0..1, with its name and its figure in words."""

    name: str
    share: float
    figure: str
    look: Look = "main"


def line_chart(said: str, across: Axis, up: Axis, lines: Sequence[Line], marks: Sequence[Mark] = ()) -> Markup:
    """Lines over two axes of shares; `said` is the chart in a sentence."""
    shown = [(line, [_at(point, across, up) for point in line.points if point[1] <= up.most]) for line in lines]
    parts = [*_axes(across, up)]
    for line, places in shown:
        parts.append(_path(places, line.look))
        parts += [_dot(place, line.look) for place in places] if line.has_dots else []
    parts += _names([(line, places[-1]) for line, places in shown if places])
    parts += _marks([(_at(mark.at, across, up), mark.label) for mark in marks])
    return _svg(said, HEIGHT, parts)


def bar_chart(said: str, bars: Sequence[Bar]) -> Markup:
    """Bars that begin at zero, one below the other, each between its name and its figure."""
    end = WIDTH - _FIGURES
    parts: list[Markup] = []
    for number, bar in enumerate(bars):
        top = number * _ROW + 4
        middle, long = top + _BAR / 2 + 4.5, max(1.0, (end - _NAMES) * min(1.0, bar.share))
        parts += [
            _text((_NAMES - 8, middle), bar.name, "chart-name", "end"),
            Markup('<rect class="chart-bar chart-{}" x="{}" y="{}" width="{:.1f}" height="{}" rx="2"/>').format(
                bar.look, _NAMES, top, long, _BAR
            ),
            _text((_NAMES + long + 6, middle), bar.figure, "chart-figure"),
        ]
    return _svg(said, len(bars) * _ROW, parts)


def as_file(title: str, charts: Sequence[tuple[str, Markup]]) -> str:
    """Charts under their headings as one SVG document that brings its own style, light and dark."""
    parts, top = [_text((16, 30), title, "chart-title")], 56
    for heading, chart in charts:
        parts.append(_text((16, top), heading, "chart-heading"))
        parts.append(Markup('<g transform="translate(16 {})">{}</g>').format(top + 12, chart))
        top += 12 + HEIGHT + 36
    size = f'viewBox="0 0 {WIDTH + 32} {top}" width="{WIDTH + 32}" height="{top}"'
    ground = Markup('<rect class="chart-ground" width="100%" height="100%"/>')
    style = f"<style>{_style()}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{style}{ground}{Markup("").join(parts)}</svg>\n'


def share(value: float) -> str:
    """A share in words: "5 %", "0.5 %" below one per cent."""
    return f"{value * 100:.1f} %".replace(".0 ", " ") if 0 < value < 0.0995 else f"{value * 100:.0f} %"


def _at(point: Point, across: Axis, up: Axis) -> Point:
    return across.place(point[0], _LEFT, WIDTH - _RIGHT), up.place(point[1], HEIGHT - _BOTTOM, _TOP)


def _axes(across: Axis, up: Axis) -> list[Markup]:
    left, right, bottom = _LEFT, WIDTH - _RIGHT, HEIGHT - _BOTTOM
    parts = []
    for tick in up.ticks:
        y = up.place(tick, bottom, _TOP)
        parts.append(Markup('<path class="chart-grid" d="M{} {:.1f}H{}"/>').format(left, y, right))
        parts.append(_text((left - 7, y + 4), share(tick), "chart-tick", "end"))
    parts += [
        _text((across.place(tick, left, right), bottom + 17), share(tick), "chart-tick", "middle")
        for tick in across.ticks
    ]
    return [
        *parts,
        _text((right, bottom + 36), across.label, "chart-axis", "end"),
        _text((4, 12), up.label, "chart-axis"),
    ]


def _path(places: Sequence[Point], look: Look) -> Markup:
    steps = " ".join(f"{'L' if number else 'M'}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(places))
    return Markup('<path class="chart-line chart-{}" d="{}"/>').format(look, steps)


def _dot(place: Point, look: Look) -> Markup:
    return Markup('<circle class="chart-dot chart-{}" cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(look, *place)


def _names(ends: Sequence[tuple[Line, Point]]) -> list[Markup]:
    """Each line's name beside its end, moved down where two would touch."""
    ordered = sorted(ends, key=lambda end: end[1][1])
    heights = [end[1][1] for end in ordered]
    for number, (before, height) in enumerate(pairwise(heights), start=1):
        heights[number] = max(height, max(before, heights[number - 1]) + _LINE_HEIGHT)
    return [
        _text((place[0] + 8, height + 4), line.name, f"chart-name chart-{line.look}")
        for (line, place), height in zip(ordered, heights, strict=True)
    ]


def _marks(marks: Sequence[tuple[Point, str]]) -> list[Markup]:
    """Rings with their labels, each where it has room beside those before it."""
    parts: list[Markup] = []
    taken: list[tuple[float, float, float]] = []
    for (x, y), label in marks:
        wide = len(label) * _CHARACTER
        boxes = [(start, start + wide, line) for start, line in _beside(x, y, wide)]
        free = next((box for box in boxes if not any(_touch(box, other) for other in taken)), boxes[-1])
        taken.append(free)
        parts.append(Markup('<circle class="chart-mark" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(x, y))
        is_left = free[0] < x
        parts.append(_text((x - 9 if is_left else x + 9, free[2]), label, "chart-label", "end" if is_left else "start"))
    return parts


def _beside(x: float, y: float, wide: float) -> list[Point]:
    """Where a label may begin: a curve of errors leaves room below on the right, then above on the left."""
    right, left = x + 9, x - 9 - wide
    places = [(right, y + 17)] if y + 20 < HEIGHT - _BOTTOM else []
    places += [(left, y - 9)] if left > _LEFT + 4 else []
    return [*places, (right, y - 9), (right, y - 9 - _LINE_HEIGHT), (right, y - 9 - 2 * _LINE_HEIGHT)]


def _touch(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Whether two labels, each (start, end, baseline), overlap."""
    return one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < _LINE_HEIGHT


def _text(place: Point, words: str, look: str, anchor: str = "start") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        look, *place, anchor, words
    )


def _svg(said: str, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{said}">{parts}</svg>'
    ).format(w=WIDTH, h=height, said=said, parts=Markup("").join(parts))


@cache
def _style() -> str:
    """The pages' style with colours of its own: a file has no page around it."""
    own = resources.files("baton.core").joinpath("browser", "charts.css").read_text(encoding="utf-8")
    return _COLOURS + own


_COLOURS = """
:root { --surface: #fefefd; --ink: #2a2622; --ink-soft: #55504a; --ink-faint: #6a655f; --line: #e3e0db;
  --brand: #3d5fb4; --waiting: #7a5312; --waiting-mark: #d18b2c; --sans: system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  :root { --surface: #1b1917; --ink: #edeae6; --ink-soft: #bdb9b4; --ink-faint: #9d9893; --line: #3a3733;
    --brand: #9bb8f5; --waiting: #ecc684; --waiting-mark: #e2a750; }
}
"""
