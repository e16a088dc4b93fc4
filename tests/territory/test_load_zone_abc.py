from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from territory.management.commands.load_zone_abc import date_in
from territory.models import Commune, CommuneZoneAbc
from tests.territory.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db

HEADER = "CODGEO;DEP;LIBGEO;Zonage en vigueur depuis le 5 septembre 2025"
JULY_2024, SEPTEMBER_2025, JUNE_2026 = date(2024, 7, 5), date(2025, 9, 5), date(2026, 6, 23)


@pytest.fixture(autouse=True)
def autumn_2026(travel):
    travel(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture(autouse=True)
def communes():
    CommuneFactory(insee_code="94002", name="Alfortville", zone_abc="A")
    CommuneFactory(insee_code="69123", name="Lyon", zone_abc="A")
    CommuneFactory(insee_code="69383", name="Lyon 3e Arrondissement", kind="ARM", parent_id="69123")
    CommuneFactory(insee_code="01004", name="Ambérieu-en-Bugey", zone_abc="B2")
    CommuneFactory(insee_code="2A004", name="Ajaccio", zone_abc="B1")
    CommuneFactory(
        insee_code="97501",
        name="Miquelon-Langlade",
        departement=DepartementFactory(code="975", name="Saint-Pierre-et-Miquelon"),
        zone_abc="",
        zone_abc_as_of=None,
        zone_123="",
        ceilings_zone="com",
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "zonage.csv"
    path.write_text(
        "\n".join(
            [
                HEADER,
                "01004;01;Ambérieu-en-Bugey;B1",
                "69123;69;Lyon;A bis",
                "94002;94;Alfortville;A",
                # A commune that merged since, and one that has no zone for the portal.
                "01999;01;Ancienne commune;C",
                "97501;975;Miquelon-Langlade;C",
            ]
        ),
        encoding="utf-8-sig",
    )
    return path


def load(path: Path, **options: object) -> list[str]:
    out = StringIO()
    call_command("load_zone_abc", path, stdout=out, **options)
    return out.getvalue().splitlines()


def present() -> dict[str, tuple[str, date | None]]:
    return {each.pk: (each.zone_abc, each.zone_abc_as_of) for each in Commune.objects.all()}


def history(code: str) -> list[tuple[str, date, date | None]]:
    rows = CommuneZoneAbc.objects.filter(commune_id=code).order_by("valid")
    return [(row.zone, row.valid.lower, row.valid.upper) for row in rows]


def test_the_communes_that_change_are_said_and_keep_their_history(file):
    assert load(file) == [
        "01004 Ambérieu-en-Bugey : B2 → B1",
        "69123 Lyon : A → Abis",
        # An arrondissement that is not named follows its commune.
        "69383 Lyon 3e Arrondissement : A → Abis",
        "Zonage ABC au 05/09/2025 : 4 communes et arrondissements nommés, 3 changent de zone,"
        " 1 absents du fichier gardent la leur.",
    ]
    assert present() == {
        "01004": ("B1", SEPTEMBER_2025),
        "69123": ("Abis", SEPTEMBER_2025),
        "69383": ("Abis", SEPTEMBER_2025),
        "94002": ("A", SEPTEMBER_2025),
        "2A004": ("B1", JULY_2024),
        "97501": ("", None),
    }
    assert history("01004") == [("B2", JULY_2024, SEPTEMBER_2025), ("B1", SEPTEMBER_2025, None)]
    assert history("94002") == [("A", JULY_2024, None)]
    assert history("2A004") == [("B1", JULY_2024, None)]
    assert history("97501") == []


def test_loaded_again_it_changes_nothing(file):
    load(file)
    before = present(), list(CommuneZoneAbc.objects.order_by("pk").values())
    assert load(file) == [
        "Zonage ABC au 05/09/2025 : 4 communes et arrondissements nommés, 0 changent de zone,"
        " 1 absents du fichier gardent la leur."
    ]
    assert (present(), list(CommuneZoneAbc.objects.order_by("pk").values())) == before


def test_a_later_zonage_closes_the_period_before(file):
    load(file)
    file.write_text(
        "CODGEO;Zonage en vigueur depuis le 23 juin 2026\n94002;Abis\n01004;B1\n", encoding="utf-8"
    )
    assert load(file)[0] == "94002 Alfortville : A → Abis"
    assert history("94002") == [("A", JULY_2024, JUNE_2026), ("Abis", JUNE_2026, None)]
    assert history("01004") == [("B2", JULY_2024, SEPTEMBER_2025), ("B1", SEPTEMBER_2025, None)]


def test_a_correction_of_the_same_date_replaces_what_was_never_in_force(file):
    load(file)
    file.write_text(file.read_text().replace("Bugey;B1", "Bugey;C"), encoding="utf-8")
    assert load(file)[0] == "01004 Ambérieu-en-Bugey : B1 → C"
    assert history("01004") == [("B2", JULY_2024, SEPTEMBER_2025), ("C", SEPTEMBER_2025, None)]


def test_an_older_zonage_and_one_to_come_are_refused(file):
    load(file, en_vigueur_le=JUNE_2026)
    with pytest.raises(CommandError, match="plus récent est déjà connu : celui du 23/06/2026"):
        load(file)
    with pytest.raises(CommandError, match="pas encore en vigueur"):
        load(file, en_vigueur_le=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("94002;94;Alfortville;D", "Ligne 7 : code « 94002 », zone « D »"),
        ("94002;94;Alfortville", "Ligne 7 : code « 94002 », zone «  »"),
        ("4002;94;Alfortville;A", "Ligne 7 : code « 4002 »"),
        ("94002;94;Alfortville;B1", "Ligne 7 : code « 94002 », zone « B1 »"),
    ],
)
def test_a_file_with_one_bad_line_changes_nothing(file, line, reason):
    file.write_text(file.read_text(encoding="utf-8-sig") + "\n" + line, encoding="utf-8")
    with pytest.raises(CommandError, match=reason):
        load(file)
    assert present()["01004"] == ("B2", JULY_2024)
    assert CommuneZoneAbc.objects.count() == 0


def test_columns_are_found_by_their_titles_in_a_file_from_windows(tmp_path):
    path = tmp_path / "zonage.csv"
    path.write_bytes("Libellé;Code Insee;Zone\r\nAmbérieu;01004;b1\r\n".encode("cp1252"))
    assert load(path, en_vigueur_le=JUNE_2026)[0] == "01004 Ambérieu-en-Bugey : B2 → B1"


def test_what_is_missing_is_said(tmp_path, file):
    path = tmp_path / "other.csv"
    path.write_text("CODGEO;Zone\n94002;A\n")
    with pytest.raises(CommandError, match="« Zone » ne porte pas de date"):
        load(path)
    path.write_text("Commune;Zone\n94002;A\n")
    with pytest.raises(CommandError, match="Il manque la colonne du code"):
        load(path, en_vigueur_le=JUNE_2026)
    path.write_text("")
    with pytest.raises(CommandError, match="Il manque la colonne du zonage"):
        load(path)
    with pytest.raises(CommandError, match="No such file"):
        load(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Zonage en vigueur depuis le 5 septembre 2025", SEPTEMBER_2025),
        ("Zonage en vigueur depuis le 1er août 2026", date(2026, 8, 1)),
        ("Zonage en vigueur depuis le 31 février 2026", None),
        ("Zone", None),
    ],
)
def test_the_date_is_read_from_the_title(title, expected):
    assert date_in(title) == expected


def test_two_zones_cannot_hold_on_one_day():
    CommuneZoneAbc.objects.create(
        commune_id="94002", zone="A", valid=DateRange(JULY_2024, None), source="essai"
    )
    with pytest.raises(IntegrityError, match="commune_zone_abc_no_overlap"), transaction.atomic():
        CommuneZoneAbc.objects.create(
            commune_id="94002", zone="Abis", valid=DateRange(JUNE_2026, None), source="essai"
        )


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"zone": "D"}, "commune_zone_abc_known"),
        ({"valid": DateRange(None, JUNE_2026)}, "commune_zone_abc_has_a_beginning"),
        ({"valid": DateRange(empty=True)}, "commune_zone_abc_has_a_beginning"),
    ],
)
def test_the_database_refuses_a_zone_that_cannot_be(wrong, constraint):
    values = {
        "commune_id": "94002",
        "zone": "A",
        "valid": DateRange(JULY_2024, None),
        "source": "essai",
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CommuneZoneAbc.objects.create(**(values | wrong))
