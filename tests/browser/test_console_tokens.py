"""The colours keep their promise: text is readable on its ground for every brand hue, in light and in dark."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser

import baton.core

TOKENS = Path(baton.core.__path__[0]) / "browser" / "tokens.css"
GROUNDS = ("ground", "surface", "raised", "sunken", "hover", "brand-tint")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "brand") for ground in GROUNDS),
    *(("ink-faint", ground) for ground in ("ground", "surface", "raised", "sunken", "hover")),
    *((f"{name}", f"{name}-tint") for name in ("waiting", "human", "danger", "note")),
    *((name, "surface") for name in ("waiting", "human", "danger", "note")),
    *(("ink", f"{name}-tint") for name in ("waiting", "human", "danger", "note")),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand-strong", "brand-tint"),
    ("surface", "ink"),
]
MEASURE = """({names, hues}) => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const probe = document.body.appendChild(document.createElement('i'));
  const channel = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (name) => {
    probe.style.color = `var(--${name})`;
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => channel(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return hues.map((hue) => {
    document.documentElement.style.setProperty('--baton-hue', hue);
    return Object.fromEntries(names.map((name) => [name, luminance(name)]));
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_at_least_four_and_a_half_to_one(
    chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    context = await chromium.new_context(color_scheme=scheme)
    page = await context.new_page()
    await page.set_content(f"<style>{TOKENS.read_text()}</style>")
    names, hues = sorted({name for pair in PAIRS for name in pair}), list(range(0, 360, 15))
    measured: list[dict[str, Any]] = await page.evaluate(MEASURE, {"names": names, "hues": hues})
    await context.close()
    poor = {
        (ink, ground, hue): round(contrast(levels[ink], levels[ground]), 2)
        for hue, levels in zip(hues, measured, strict=True)
        for ink, ground in PAIRS
        if contrast(levels[ink], levels[ground]) < 4.5
    }
    assert poor == {}


def contrast(one: float, other: float) -> float:
    """WCAG 2.2, relative luminances to a ratio of 1..21."""
    lighter, darker = max(one, other), min(one, other)
    return (lighter + 0.05) / (darker + 0.05)
