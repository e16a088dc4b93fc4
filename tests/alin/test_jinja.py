"""How the portal writes figures, dates and delays, and what its templates refuse."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import engines
from jinja2 import UndefinedError

from alin.kit import french

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def rendered(source: str, **context: object) -> str:
    return engines["jinja2"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("amount", "short", "written"),
    [
        (Decimal("612.4"), False, "612,40 €"),
        (Decimal("612.40"), True, "612,40 €"),
        (Decimal("612.00"), False, "612,00 €"),
        (Decimal("612.00"), True, "612 €"),
        (33479, True, "33\u202f479 €"),
        (Decimal("1234567.899"), False, "1\u202f234\u202f567,90 €"),
        (Decimal("0.005"), False, "0,01 €"),
        (0, True, "0 €"),
        (Decimal("-45.5"), False, "−45,50 €"),
    ],
)
def test_amounts(amount: Decimal, short: bool, written: str) -> None:
    assert french.euros(amount, short=short) == written.replace(" €", "\u00a0€")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (999, "999"),
        (12500, "12\u202f500"),
        (Decimal("1234.50"), "1\u202f234,5"),
        (Decimal("64.0"), "64"),
        (Decimal("-7.25"), "−7,25"),
        (Decimal("1E+3"), "1\u202f000"),
    ],
)
def test_numbers(value: Decimal, written: str) -> None:
    assert french.number(value) == written


def test_surface() -> None:
    assert french.surface(Decimal("54.30")) == "54,3\u00a0m²"


@pytest.mark.parametrize(
    ("n", "written"),
    [
        (0, "0\u00a0candidature"),
        (1, "1\u00a0candidature"),
        (2, "2\u00a0candidatures"),
        (1200, "1\u202f200\u00a0candidatures"),
    ],
)
def test_zero_and_one_are_singular(n: int, written: str) -> None:
    assert french.count(n, "candidature", "candidatures") == written


@pytest.mark.parametrize(
    ("day", "style", "written"),
    [
        (date(2026, 11, 23), "long", "lundi 23\u00a0novembre 2026"),
        (date(2026, 11, 23), "medium", "23\u00a0novembre 2026"),
        (date(2026, 11, 23), "short", "23\u00a0nov. 2026"),
        (date(2027, 8, 1), "long", "dimanche 1er\u00a0août 2027"),
        # 23:30 UTC on the 31st is already the next year in Paris.
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "medium", "1er\u00a0janvier 2027"),
    ],
)
def test_dates(day: date, style: str, written: str) -> None:
    assert french.long_date(day, style) == written


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 11, 23, 13, 32, tzinfo=UTC), "23\u00a0novembre 2026 à 14\u00a0h\u00a032"),
        (datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "2\u00a0juillet 2026 à 0\u00a0h\u00a005"),
    ],
)
def test_instants_are_told_in_paris(instant: datetime, written: str) -> None:
    assert french.date_time(instant) == written


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (datetime(2026, 12, 3, 8, 0, tzinfo=UTC), "encore 10 jours"),
        (datetime(2026, 11, 25, 11, 0, tzinfo=UTC), "encore 2 jours"),
        (datetime(2026, 11, 24, 22, 59, tzinfo=UTC), "jusqu'à demain"),
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "encore 10 heures"),
        (datetime(2026, 11, 23, 13, 30, tzinfo=UTC), "encore 1 heure"),
        (datetime(2026, 11, 23, 12, 30, tzinfo=UTC), "moins d'une heure"),
        (NOON, "délai passé"),
    ],
)
def test_time_left_counts_paris_days(deadline: datetime, words: str) -> None:
    assert french.time_left(deadline, now=NOON) == words


def test_an_undefined_variable_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        rendered("{{ personne }}")


def test_what_people_type_is_escaped() -> None:
    typed = "<b onclick=x>"
    escaped = "&lt;b onclick=x&gt;"
    source = (
        '{{ name }}|{{ _("Bonjour %(name)s", name=name) }}|{% trans %}Chez {{ name }}{% endtrans %}'
    )
    assert rendered(source, name=typed) == f"{escaped}|Bonjour {escaped}|Chez {escaped}"


def test_a_lone_per_cent_sign_needs_no_care() -> None:
    assert rendered('{{ _("60 % du plafond") }}') == "60 % du plafond"


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(ValueError, match="no icon named 'licorne'"):
        rendered('{{ icon("licorne") }}')


def test_an_icon_is_silent() -> None:
    assert rendered('{{ icon("check") }}') == (
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="/static/icons.svg#check"/></svg>'
    )
