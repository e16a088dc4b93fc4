from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_one_command_loads_all_that_is_needed():
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert [line.split(" : ")[0] for line in out.getvalue().splitlines()] == [
        "Départements",
        "Communes",
        "Plafonds de ressources",
        "Paramètres",
        "Loyers plafonds",
        "Pièces justificatives",
    ]
