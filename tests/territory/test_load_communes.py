import csv
import gzip
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from territory.management.commands.load_communes import SHIPPED_FILE
from territory.models import Commune, CommuneZoneAbc, Departement
from territory.queries import folded

pytestmark = pytest.mark.django_db

HEADER = (
    "code_insee,nom,type,commune_parente,dep,dep_nom,reg,reg_nom,codes_postaux,population,epci,"
    "epci_nom,lat,lon,lat_mairie,lon_mairie,zone_abc,zone_123,zone_plafonds"
)
LYON = (
    "69123,Lyon,COM,,69,Rhône,84,Auvergne-Rhône-Alpes,69001|69002,519127,200046977,"
    "Métropole de Lyon,45.7580,4.8351,45.7675,4.8358,A,2,autres_regions"
)
LYON_3 = (
    "69383,Lyon 3e Arrondissement,ARM,69123,69,Rhône,84,Auvergne-Rhône-Alpes,69003,100000,"
    "200046977,Métropole de Lyon,45.7533,4.8692,,,A,2,autres_regions"
)
MIQUELON = (
    "97501,Miquelon-Langlade,COM,,975,Saint-Pierre-et-Miquelon,975,Saint-Pierre-et-Miquelon,"
    "97500,596,,,,,,,,,com"
)


def load(path: Path, **options: object) -> list[str]:
    out = StringIO()
    call_command("load_communes", fichier=path, stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "communes.csv"
    # The arrondissement comes before its commune: the order of the file must not matter.
    path.write_text("\n".join([HEADER, LYON_3, LYON, MIQUELON]), encoding="utf-8")
    return path


def test_a_first_run_creates_and_a_second_changes_nothing_and_says_so(file):
    assert load(file) == [
        "Départements : lignes créées : 2, modifiées : 0, inchangées : 0.",
        "Communes : lignes créées : 3, modifiées : 0, inchangées : 0.",
    ]
    assert load(file) == [
        "Départements : rien à changer (lignes créées : 0, modifiées : 0, inchangées : 2).",
        "Communes : rien à changer (lignes créées : 0, modifiées : 0, inchangées : 3).",
    ]


def test_a_changed_line_is_written_and_counted_alone(file):
    load(file)
    file.write_text(file.read_text().replace("4.8358,A,2", "4.8358,Abis,2"))
    assert load(file)[1] == "Communes : lignes créées : 0, modifiées : 1, inchangées : 2."
    assert Commune.objects.get(pk="69123").zone_abc == "Abis"


def test_a_value_that_was_unknown_is_written(file):
    file.write_text(file.read_text().replace("97500,596,", "97500,,"))
    load(file)
    assert Commune.objects.get(pk="97501").population is None
    file.write_text(file.read_text().replace("97500,,", "97500,596,", 1))
    assert load(file)[1] == "Communes : lignes créées : 0, modifiées : 1, inchangées : 2."
    assert Commune.objects.get(pk="97501").population == 596


def test_a_commune_that_left_the_file_is_kept_and_said(file):
    load(file)
    file.write_text("\n".join([HEADER, LYON, LYON_3]), encoding="utf-8")
    assert load(file)[1] == (
        "Communes : rien à changer (lignes créées : 0, modifiées : 0, inchangées : 2,"
        " absentes du fichier et conservées : 1)."
    )
    assert Commune.objects.filter(pk="97501").exists()


def test_an_older_file_does_not_take_back_a_newer_zonage(file, tmp_path):
    load(file)
    newer = tmp_path / "newer.csv"
    newer.write_text(file.read_text().replace("4.8358,A,2", "4.8358,Abis,2"))
    load(newer, zonage_abc_au=date(2026, 6, 23))
    assert load(file)[1] == (
        "Communes : rien à changer (lignes créées : 0, modifiées : 0, inchangées : 3)."
    )
    lyon = Commune.objects.get(pk="69123")
    assert (lyon.zone_abc, lyon.zone_abc_as_of) == ("Abis", date(2026, 6, 23))


def test_a_file_with_one_bad_line_changes_nothing(file):
    file.write_text(file.read_text().replace(",A,2,autres_regions", ",D,2,autres_regions"))
    with pytest.raises(Exception, match="commune_zones_known"):
        load(file)
    assert Departement.objects.count() == 0


def test_the_town_hall_is_the_position_and_the_centre_when_it_is_unknown(file):
    load(file)
    positions = {each.insee_code: (each.latitude, each.longitude) for each in Commune.objects.all()}
    assert positions == {
        "69123": (45.7675, 4.8358),
        "69383": (45.7533, 4.8692),
        "97501": (None, None),
    }


def test_the_shipped_file_holds_france_and_its_zones():
    assert load(SHIPPED_FILE) == [
        "Départements : lignes créées : 109, modifiées : 0, inchangées : 0.",
        "Communes : lignes créées : 35014, modifiées : 0, inchangées : 0.",
    ]
    # The list of the arrêté: 29 communes around Paris. A public file forgets 92012.
    limitrophes = set(
        Commune.objects.filter(ceilings_zone="paris_limitrophes").values_list("pk", flat=True)
    )
    assert limitrophes == {
        "75056",
        *(f"751{number:02d}" for number in range(1, 21)),
        *(f"920{number}" for number in (12, 24, 40, 44, 46, 49, 51, 62, 64, 73, 75)),
        *(f"930{number:02d}" for number in (1, 6, 45, 48, 55, 61, 66, 70)),
        *(f"940{number}" for number in (18, 33, 37, 41, 42, 43, 52, 67, 69, 80)),
    }
    drom = Departement.objects.filter(communes__ceilings_zone="drom").distinct()
    assert set(drom.values_list("pk", flat=True)) == {"971", "972", "973", "974", "976"}
    # The key made by the database and the one made for what people type are the same.
    keys = dict(Commune.objects.values_list("name", "search_key"))
    assert {name: folded(name) for name in keys} == keys


def test_the_outlines_are_those_of_the_departements_of_the_file():
    outlines = json.loads(SHIPPED_FILE.with_name("departements.geojson").read_text())
    drawn = {each["properties"]["dep"] for each in outlines["features"]}
    with gzip.open(SHIPPED_FILE, "rt", encoding="utf-8") as lines:
        listed = {line["dep"] for line in csv.DictReader(lines) if line["zone_plafonds"] != "com"}
    assert drawn == listed


def test_zones_abc_keep_their_history_when_a_newer_file_is_loaded(file, tmp_path):
    load(file)
    newer = tmp_path / "newer.csv"
    newer.write_text(file.read_text().replace("4.8358,A,2", "4.8358,Abis,2"))
    load(newer, zonage_abc_au=date(2026, 6, 23))
    zones = CommuneZoneAbc.objects.filter(commune_id="69123").order_by("valid")
    assert [(row.zone, row.valid.lower, row.valid.upper) for row in zones] == [
        ("A", date(2024, 7, 5), date(2026, 6, 23)),
        ("Abis", date(2026, 6, 23), None),
    ]
    assert CommuneZoneAbc.objects.count() == 3
