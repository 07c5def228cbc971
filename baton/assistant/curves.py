"""The two pictures of confidence: what can be answered at which error rate, and whether it says what then happens."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from baton.assistant import measures
from baton.assistant.error_rates import Answered, Scored, answering
from baton.core.charts import Axis, Line, Mark, as_file, line_chart, share

MARKED = (0.01, 0.05, 0.10)
"""Error rates at which the curve of a suite is marked."""
FEWEST_DRAWN = 10
"""So many answered drafts before a rate is drawn: of fewer it says nothing."""
_MOST_POINTS = 40


def curves_file(title: str, scores: Sequence[float], right: Sequence[bool]) -> str:
    """Both pictures of scored rows as one SVG document."""
    table = measures.reliability(scores, right)
    charts = [("Errors against automation", _of_suite(scores, right)), ("Reliability", reliability_chart(table))]
    return as_file(title, charts)


def answered_at(scored: Sequence[Scored]) -> list[Answered]:
    """What answering from each threshold up comes to, the surest first; only a few dozen thresholds of many."""
    thresholds = sorted({one.confidence for one in scored}, reverse=True)
    step = max(1, -(-len(thresholds) // _MOST_POINTS))
    chosen = [*thresholds[step - 1 :: step], *thresholds[-1:]]
    return [answering(scored, threshold) for threshold in dict.fromkeys(chosen)]


def automation_chart(points: Sequence[Answered], chosen: Answered | None) -> Markup:
    """Share answered against share wrong of judged turns, with the bound on it; `chosen` is marked."""
    drawn = [point for point in points if point.labels >= FEWEST_DRAWN]
    up = Axis("Wrong among them", _top([point.error for point in drawn] + [point.bound for point in drawn[-1:]]))
    lines = [
        Line("not above", [(point.coverage, point.bound) for point in drawn], "second"),
        Line("wrong", [(point.coverage, point.error) for point in drawn]),
    ]
    marks = []
    if chosen is not None and chosen.labels:
        marks = [Mark((chosen.coverage, min(chosen.error, up.most)), f"{share(chosen.coverage)} answered")]
    said = "; ".join(
        f"{share(point.coverage)} answered, {share(point.error)} of that wrong, not above {share(point.bound)}"
        for point in drawn[:: max(1, len(drawn) // 4)]
    )
    return line_chart(f"Errors against automation: {said}.", Axis("Share of turns answered"), up, lines, marks)


def reliability_chart(table: Sequence[tuple[float, float, float]]) -> Markup:
    """Rows of `measures.reliability`: where both are the same, confidence means what it says."""
    said = "; ".join(f"said {share(mean)}, right {share(was)}" for mean, was, _ in table)
    lines = [
        Line("as it should", [(0.0, 0.0), (1.0, 1.0)], "ideal"),
        Line("as it is", [(mean, was) for mean, was, _ in table], has_dots=True),
    ]
    return line_chart(f"Reliability: {said}.", Axis("Confidence"), Axis("Was right"), lines)


def _of_suite(scores: Sequence[float], right: Sequence[bool]) -> Markup:
    coverage, risk = measures.risk_coverage(scores, right)
    points = list(zip(coverage.tolist(), risk.tolist(), strict=True))
    found = {error: measures.coverage_at(error, scores, right) for error in MARKED}
    marks = [Mark((at, error), f"{share(error)}: {share(at)}") for error, at in found.items() if at]
    said = "; ".join(f"with {share(error)} wrong {share(at)} can be answered" for error, at in found.items())
    up = Axis("Wrong among them", _top([*risk.tolist(), *MARKED]))
    return line_chart(f"{said}.", Axis("Share answered"), up, [Line("wrong", points)], marks)


def _top(shares: Sequence[float]) -> float:
    """A little room above the highest share."""
    return min(1.0, max(0.1, 1.1 * max(shares, default=0.0)))
