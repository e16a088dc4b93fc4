"""What is written across a page, with the letters of the names it bears."""

import io

import pytest
from PIL import Image, ImageChops

from documents.watermark import font, legible, marked
from tests.documents.specimens import picture


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Société Hélène Noël · 3 août à 9 h", "Société Hélène Noël · 3 août à 9 h"),
        ("Œuvre de l’Île", "Œuvre de l’Île"),
        ("10\u202f000\xa0€", "10 000 €"),
        ("Łukasz Şahin Đorđe", "Lukasz Sahin Dorde"),
    ],
)
def test_accents_are_kept_and_no_letter_is_a_square(text: str, drawn: str) -> None:
    assert legible(text) == drawn


def test_the_font_draws_what_an_accent_says() -> None:
    """A letter that a font lacks is drawn as an empty box: the same box for every such letter."""
    drawn = [bytes(font(40).getmask(letter)) for letter in "éèêàçùïôœ\u0378"]
    assert len(set(drawn)) == len(drawn)


def test_the_name_with_its_accents_is_another_mark_than_without() -> None:
    page = picture()
    with_accents, without = (
        Image.open(io.BytesIO(marked(page, [name]))) for name in ("Hélène", "Helene")
    )
    assert ImageChops.difference(with_accents, without).getbbox() is not None
