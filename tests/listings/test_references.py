"""A reference names one home, however it is typed: « b-101 » and « B-101 » are the same."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from listings import services
from listings.models import Dwelling, Residence
from tests import factories as f

pytestmark = pytest.mark.django_db
TYPED = {"kind": "flat", "rooms": "2", "surface_m2": "41", "floor": "1"}


@pytest.fixture
def home(cast: SimpleNamespace) -> Residence:
    made: Any = f.ResidenceFactory(organisation=cast.lac, reference="TIL-01", storeys=4)
    return made


@pytest.mark.parametrize(
    ("there", "typed"), [("b-101", "B-101"), ("É-1", "é-1"), (" b-101 ", "B-101")]
)
def test_one_home_is_not_kept_twice(
    cast: SimpleNamespace, login: Any, home: Residence, there: str, typed: str
) -> None:
    """Whoever had written the first, spaces included; another residence has its own B-101."""
    f.DwellingFactory(residence=home, reference=there)
    f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac), reference=typed)
    page = reverse("dwelling_create", args=[home.public_id])
    answer = login(cast.claire).post(page, TYPED | {"reference": typed})
    assert answer.status_code == 422
    body = answer.content.decode()
    said = "Un autre logement de cette résidence porte cette référence, majuscules et"
    assert said in body.partition('id="id_reference_error"')[2].partition("</p>")[0]
    assert f'value="{typed}"' in body
    assert Dwelling.objects.filter(residence=home).count() == 1


def test_a_home_does_not_take_the_reference_of_another(
    cast: SimpleNamespace, home: Residence
) -> None:
    f.DwellingFactory(residence=home, reference="b-101")
    other = f.DwellingFactory(residence=home, reference="B-102")
    with pytest.raises(ValidationError, match="choisissez-en une autre"):
        services.update_dwelling(
            actor=cast.as_claire,
            dwelling=other,
            changes={"reference": "B-101"},
            expected_version=1,
        )
    services.update_dwelling(
        actor=cast.as_claire, dwelling=other, changes={"reference": "b-102"}, expected_version=1
    )
    assert Dwelling.objects.filter(residence=home, reference="b-102").exists()


def test_residences_of_one_reference_are_one(cast: SimpleNamespace, home: Residence) -> None:
    f.ResidenceFactory(organisation=cast.lac, reference="")
    f.ResidenceFactory(organisation=cast.lac, reference="")
    f.ResidenceFactory(organisation=cast.oc, reference="til-01")
    said = {"name": "Les Ormes", "address": "1 rue des Ormes", "commune": home.commune}
    for typed in ("til-01", " TIL-01"):
        with pytest.raises(ValidationError, match="Une autre de vos résidences porte"):
            services.create_residence(actor=cast.as_claire, changes=said | {"reference": typed})


def test_a_line_of_a_file_finds_the_home_however_it_is_typed(
    cast: SimpleNamespace, home: Residence
) -> None:
    """The first line changes the home that there is, and how it is called; the second is the same
    home again; the third and the fourth are one new home."""
    known = f.DwellingFactory(residence=home, reference="b-101", dpe="E")
    lines = ["til-01;B-101;;;;;C", "TIL-01; b-101 ;;;;;D"]
    lines += ["TIL-01;N-1;appartement;2;41;1;C", "TIL-01;n-1;appartement;2;41;1;C"]
    content = "\n".join(["residence;logement;type;pieces;surface;etage;dpe", *lines]).encode()
    batch = services.send_import(actor=cast.as_claire, name="parc.csv", content=content)
    seen = batch.lines.order_by("number").values_list("number", "outcome", "changes", "reasons")
    assert list(seen) == [
        (2, "changed", [["Référence du bailleur", "b-101", "B-101"], ["DPE", "E", "C"]], []),
        (3, "refused", [], ["Ce logement est déjà ligne 2 du fichier."]),
        (4, "created", [], []),
        (5, "refused", [], ["Ce logement est déjà ligne 4 du fichier."]),
    ]
    done = services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=True)
    assert (done.state, done.refusal) == ("applied", "")
    known.refresh_from_db()
    assert (known.reference, known.dpe) == ("B-101", "C")
    assert list(home.dwellings.values_list("reference", flat=True)) == ["B-101", "N-1"]


@pytest.mark.parametrize("table", ["dwelling", "residence"])
def test_homes_that_were_told_apart_by_their_case_both_stay(
    cast: SimpleNamespace, home: Residence, table: str
) -> None:
    """What the migration does of homes written before: the younger says that it is a double."""
    migration = import_module("listings.migrations.0019_references_whatever_their_case")
    model: Any = Dwelling if table == "dwelling" else Residence
    make = f.DwellingFactory if table == "dwelling" else f.ResidenceFactory
    owner = {"residence": home} if table == "dwelling" else {"organisation": cast.lac}
    long, other = "x" * 40, "x" * 39 + "y"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {table}_reference_once")
        made = [
            make(**owner, reference=each).pk
            for each in (
                "b-101",
                "B-101",
                " B-101 ",
                "B-102",
                long,
                long.upper(),
                other,
                other.upper(),
            )
        ]
        cursor.execute(migration.TWINS[table])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        for constraint in model._meta.constraints:
            if constraint.name == f"{table}_reference_once":
                editor.add_constraint(model, constraint)
    found = model.objects.filter(pk__in=made).order_by("pk").values_list("reference", "version")
    assert list(found) == [
        ("b-101", 1),
        (f"B-101 (doublon {made[1]})", 2),
        (f"B-101 (doublon {made[2]})", 2),
        ("B-102", 1),
        (long, 1),
        ("X" * 20 + f" (doublon {made[5]})", 2),
        (other, 1),
        ("X" * 20 + f" (doublon {made[7]})", 2),
    ]
