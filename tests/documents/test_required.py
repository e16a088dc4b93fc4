"""What is asked of whom: the table of the arrêté du 22 décembre 2020, situation by situation."""

import csv
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from documents.models import PieceKind
from documents.rules import deletion_day, required_pieces, situations

ON = date(2026, 11, 23)
FILE = Path(settings.BASE_DIR) / "documents" / "data" / "pieces.csv"


def the_list() -> list[PieceKind]:
    with FILE.open() as file:
        return [
            PieceKind(
                code=line["code"],
                level=line["level"],
                situations=line["situations"],
                yearly=line["yearly"] == "yes",
            )
            for line in csv.DictReader(file)
        ]


def dossier(**facts: object) -> SimpleNamespace:
    told = {
        "housing_status": "",
        "employment_sector": "",
        "separation_ground": "",
        "reasons": [],
        "disabled": False,
    }
    return SimpleNamespace(**(told | facts))


def member(pk: int, link: str, born: date | None = None, **facts: object) -> SimpleNamespace:
    told = {
        "expected": False,
        "custody": "",
        "disabled": False,
        "shares_tax_notice": False,
        "dependant": False,
    }
    return SimpleNamespace(pk=pk, link=link, birth_date=born, **(told | facts))


def asked(who: SimpleNamespace, *members: SimpleNamespace) -> list[tuple[str, int | None]]:
    found = required_pieces(the_list(), situations(who, members, ON), ON)
    return [(each.kind.code, each.member_id) for each in found]


ALONE = [("identite", None), ("avis-imposition", None)]
WIFE = member(1, "spouse", date(1990, 1, 1), shares_tax_notice=True)
CHILD = member(2, "child", date(2019, 5, 5), dependant=True)


def test_somebody_alone_gives_an_identity_and_a_tax_notice() -> None:
    assert asked(dossier()) == ALONE


def test_the_tax_notice_is_of_the_year_before_last() -> None:
    found = required_pieces(the_list(), situations(dossier(), [], ON), ON)
    assert [(each.kind.code, each.year) for each in found] == [
        ("identite", None),
        ("avis-imposition", 2024),
    ]


def test_a_family_with_one_tax_notice() -> None:
    assert asked(dossier(), WIFE, CHILD) == [
        ("identite", None),
        ("identite-adulte", 1),
        ("filiation", 2),
        ("avis-imposition", None),
        ("union", None),
    ]


def test_a_partner_has_a_notice_of_their_own() -> None:
    partner = member(3, "partner", date(1991, 1, 1))
    assert asked(dossier(), partner) == [
        ("identite", None),
        ("identite-adulte", 3),
        ("avis-imposition", None),
        ("avis-imposition", 3),
    ]


def test_a_child_come_of_age_yesterday_is_an_adult() -> None:
    born = date(2008, 11, 22)
    assert asked(dossier(), member(4, "child", born, dependant=True)) == [
        ("identite", None),
        ("identite-adulte", 4),
        ("avis-imposition", None),
        ("livret-enfant-majeur", 4),
    ]


@pytest.mark.parametrize("link", ["other", "ascendant", "partner"])
def test_a_minor_who_is_not_a_child_of_the_applicant_gives_what_a_minor_gives(link: str) -> None:
    """A nephew of eight, whoever has him à charge: neither an adult's identity nor a notice."""
    for dependant in (False, True):
        nephew = member(7, link, date(2018, 3, 1), dependant=dependant)
        assert asked(dossier(), nephew) == [
            ("identite", None),
            ("filiation", 7),
            ("avis-imposition", None),
        ]


def test_the_nephew_comes_of_age() -> None:
    """Of age today: an adult like any other; à charge, he is on the notice of the applicant."""
    born = date(2008, 11, 23)
    assert asked(dossier(), member(7, "other", born)) == [
        ("identite", None),
        ("identite-adulte", 7),
        ("avis-imposition", None),
        ("avis-imposition", 7),
    ]
    assert asked(dossier(), member(7, "other", born, dependant=True)) == [
        ("identite", None),
        ("identite-adulte", 7),
        ("avis-imposition", None),
    ]


def test_without_a_birth_date_a_child_is_a_minor_and_a_parent_an_adult() -> None:
    assert ("filiation", 8) in asked(dossier(), member(8, "child"))
    assert ("identite-adulte", 8) in asked(dossier(), member(8, "ascendant"))
    assert ("identite-adulte", 8) in asked(dossier(), member(8, "other"))


def test_a_child_to_be_born_is_proved_by_a_certificate_alone() -> None:
    assert asked(dossier(), member(5, "child", expected=True)) == [*ALONE, ("grossesse", 5)]


@pytest.mark.parametrize("custody", ["alternating", "visiting"])
def test_a_shared_custody_is_proved(custody: str) -> None:
    child = member(6, "child", date(2015, 1, 1), custody=custody)
    assert ("garde", 6) in asked(dossier(), child)


@pytest.mark.parametrize(
    ("fact", "value", "piece"),
    [
        ("separation_ground", "divorce", "divorce"),
        ("separation_ground", "pacs", "rupture-pacs"),
        ("separation_ground", "protection", "ordonnance-protection"),
        ("separation_ground", "complaint", "violences"),
        ("employment_sector", "private", "salaire"),
        ("employment_sector", "agricultural", "salaire"),
        ("employment_sector", "public", "salaire"),
        ("employment_sector", "self_employed", "independant"),
        ("employment_sector", "retired", "retraite"),
        ("employment_sector", "unemployed", "chomage"),
        ("employment_sector", "student", "etudes"),
        ("housing_status", "social_tenant", "bail"),
        ("housing_status", "private_tenant", "bail"),
        ("housing_status", "residence", "bail"),
        ("housing_status", "hosted", "hebergeant"),
        ("housing_status", "shelter", "centre-hebergement"),
        ("housing_status", "homeless", "domiciliation"),
        ("housing_status", "owner", "taxe-fonciere"),
        ("reasons", ["unfit"], "insalubrite"),
        ("reasons", ["notice"], "conge"),
        ("reasons", ["eviction"], "expulsion"),
        ("reasons", ["safety"], "violences"),
        ("reasons", ["disability"], "besoins-handicap"),
        ("disabled", True, "handicap"),
    ],
)
def test_each_situation_asks_for_its_piece_and_no_other(
    fact: str, value: object, piece: str
) -> None:
    assert set(asked(dossier(**{fact: value}))) == {*ALONE, (piece, None)}


@pytest.mark.parametrize("reason", ["no_home", "too_small", "family", "work", "dalo", "other"])
def test_a_reason_that_the_list_does_not_name_asks_for_nothing(reason: str) -> None:
    assert asked(dossier(reasons=[reason])) == ALONE


def test_one_piece_for_two_reasons_is_asked_once() -> None:
    both = dossier(separation_ground="complaint", reasons=["safety"])
    assert asked(both).count(("violences", None)) == 1


def test_every_line_has_its_source_and_what_is_forbidden_is_never_asked() -> None:
    with FILE.open() as file:
        lines = list(csv.DictReader(file))
    assert [line["code"] for line in lines if not line["source"]] == []
    assert {line["code"] for line in lines if line["level"] == "forbidden"} == {
        "releve-bancaire",
        "carte-vitale",
        "casier-judiciaire",
        "dossier-medical",
        "photo-identite",
        "caution",
    }
    assert [
        line["code"] for line in lines if line["level"] == "forbidden" and line["situations"]
    ] == []


@pytest.mark.parametrize(
    ("given", "replaced", "studied", "ended", "erased"),
    [
        # Nobody ever saw it: a year, as long as a demande.
        (date(2026, 1, 10), None, False, None, date(2027, 1, 11)),
        # A landlord may see the dossier: kept.
        (date(2026, 1, 10), None, True, date(2026, 3, 1), None),
        # The study is over: three months.
        (date(2026, 1, 10), None, False, date(2026, 3, 1), date(2026, 6, 1)),
        # Given after an old study: it serves the next one.
        (date(2026, 5, 10), None, False, date(2026, 3, 1), date(2027, 5, 11)),
        # Replaced: a month, studied or not.
        (date(2026, 1, 10), date(2026, 2, 1), True, None, date(2026, 3, 3)),
    ],
)
def test_how_long_a_piece_is_kept(
    given: date, replaced: date | None, studied: bool, ended: date | None, erased: date | None
) -> None:
    assert (
        deletion_day(
            SimpleNamespace(kept_unused=366, kept_after_study=92, kept_replaced=30),
            given_on=given,
            replaced_on=replaced,
            studied=studied,
            study_ended_on=ended,
        )
        == erased
    )
