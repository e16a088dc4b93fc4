"""Colours that can be read, and pages light enough for a phone on a bad line."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

CSS = (Path(settings.BASE_DIR) / "static" / "css" / "alin.css").read_text()
COLOURS = dict(re.findall(r"^  --([a-z-]+): (#[0-9a-f]{6});", CSS, re.MULTILINE))

# Words on a background: WCAG 1.4.3, 4.5 to 1.
WORDS = [
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "surface", "sand")),
    *(("pine", ground) for ground in ("paper", "surface", "sand", "pine-wash")),
    *(("pine-deep", ground) for ground in ("paper", "surface", "pine-wash")),
    *(("terra", ground) for ground in ("paper", "surface", "terra-wash", "sand")),
    *((tone, f"{tone}-wash") for tone in ("success", "danger", "info")),
    *((tone, "surface") for tone in ("success", "danger", "info", "ochre-ink")),
    *(("ink", f"{t}-wash") for t in ("success", "danger", "info", "ochre", "pine", "terra")),
    ("ochre-ink", "ochre-wash"),
    *(("surface", dark) for dark in ("pine", "pine-deep", "terra", "danger", "danger-deep")),
    *((light, "pine-deep") for light in ("on-dark", "on-dark-soft")),
    ("on-dark", "pine"),
]
# Edges of controls, gauges and the focus: WCAG 1.4.11, 3 to 1.
EDGES = [
    *(("control", ground) for ground in ("paper", "surface", "sand")),
    *(("danger", ground) for ground in ("paper", "surface")),
    ("pine", "surface"),
    ("terra", "surface"),
    # The ring is dark inside a light one: one of the two stands out from any ground.
    *(("focus", ground) for ground in ("paper", "surface", "sand", "focus-glow", "ochre-wash")),
    *(("focus-glow", dark) for dark in ("pine", "pine-deep")),
]
# Never the only thing that carries a meaning.
DECORATIVE = {"line", "ochre"}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_norm_s_own_examples() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("words", "ground"), WORDS)
def test_words_can_be_read(words: str, ground: str) -> None:
    ratio = contrast(COLOURS[words], COLOURS[ground])
    assert ratio >= 4.5, f"{words} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_controls_and_focus_can_be_seen(edge: str, ground: str) -> None:
    ratio = contrast(COLOURS[edge], COLOURS[ground])
    assert ratio >= 3, f"{edge} on {ground}: {ratio:.2f}"


def test_every_colour_is_accounted_for() -> None:
    declared = {name for pair in WORDS + EDGES for name in pair} | DECORATIVE
    assert set(COLOURS) == declared


def test_no_colour_outside_the_tokens() -> None:
    rules = CSS.split("/* ---------- page ---------- */")[1]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) == {"#fff"}


def zipped(name: str) -> int:
    found = finders.find(name)
    assert found, f"{name} is missing: has npm ci been run?"
    return len(gzip.compress(Path(found).read_bytes(), 9))


def test_the_stylesheet_is_light() -> None:
    assert zipped("css/alin.css") <= 20_000


def test_the_behaviours_are_light() -> None:
    assert zipped("js/alin.js") + zipped("govuk-frontend/govuk-frontend.min.js") <= 15_000


def test_a_form_page_is_light() -> None:
    font = finders.find("figtree/figtree-latin-wght-normal.woff2")
    assert font
    assets = ("css/alin.css", "js/alin.js", "govuk-frontend/govuk-frontend.min.js", "icons.svg")
    page_itself = 8_000
    assert sum(map(zipped, assets)) + Path(font).stat().st_size + page_itself <= 60_000
