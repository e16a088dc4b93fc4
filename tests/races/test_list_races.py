"""Two sections of a dossier saved at once: the list of pieces follows both."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from accounts import services
from accounts.models import Dossier, SectionState
from documents.models import AskedPiece
from tests import factories as f
from tests.races.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_sections_saved_at_once_ask_for_the_pieces_of_both(cast: SimpleNamespace) -> None:
    call_command("load_pieces", stdout=io.StringIO())

    def save(dossier: Dossier, section: str, **changes: object) -> SectionState:
        return services.save_section(
            actor=f.actor_for(cast.amina),
            dossier=dossier,
            section=section,
            expected_version=0,
            changes=changes,
        )

    # Each window read the dossier before the other one wrote.
    first, second = (Dossier.objects.get(applicant=cast.amina) for _window in range(2))
    results = at_once(
        lambda: save(first, "employment", employment_sector="retired"),
        lambda: save(second, "housing", housing_status="hosted"),
    )
    assert not any(isinstance(each, Exception) for each in results), results
    asked = AskedPiece.objects.filter(dossier=first, until=None)
    assert set(asked.values_list("kind_id", flat=True)) == {
        "identite", "avis-imposition", "retraite", "hebergeant",
    }  # fmt: skip
