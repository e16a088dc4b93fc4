"""Pieces: two windows, a person and an agent, a person and a worker, at the same moment."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from accounts import services as accounts
from accounts.models import Dossier, SectionState, TaxIncome
from accounts.services import SectionConflict, ToldIncome
from documents import rules, services
from documents.models import Piece, PieceCheck, PieceFile, PieceKind, Seal
from documents.services import UploadRefused
from tests import factories as f
from tests.documents.trials import assert_rows_and_objects_agree

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture(autouse=True)
def pieces_directory(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "pieces": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "pieces")},
        },
    }


def give(world: SimpleNamespace, *, replace: bool, code: str = "identite") -> Piece:
    return services.give_files(
        actor=world.as_amina,
        dossier=Dossier.objects.get(applicant=world.amina),
        kind=PieceKind.objects.get(code=code),
        member=None,
        uploads=[services.Upload("carte.jpg", ContentFile(f.picture()))],
        replace=replace,
    )


def bad(results: list[object], *, but: tuple[type[Exception], ...] = ()) -> list[object]:
    """What somebody would have read as an error of the machine."""
    return [each for each in results if isinstance(each, Exception) and not isinstance(each, but)]


def test_a_seal_confirmed_by_six_clicks_is_taken_once(cast: SimpleNamespace) -> None:
    seal = f.sealed_notice(cast.amina).seals.get()
    before = SectionState.objects.filter(name="resources", dossier=cast.amina.dossier).first()
    version = before.version if before else 0
    click = lambda: services.take_sealed_income(  # noqa: E731
        actor=cast.as_amina, seal=Seal.objects.get(pk=seal.pk)
    )
    assert at_once(*[click] * 6) == [None] * 6
    figure = TaxIncome.objects.get(dossier=cast.amina.dossier, member=None, year=seal.income_year)
    assert (figure.rfr_eur, figure.source) == (23_400, "sealed")
    after = SectionState.objects.get(name="resources", dossier=cast.amina.dossier).version
    assert after == version + 1


def test_a_seal_confirmed_while_the_page_of_resources_is_saved(cast: SimpleNamespace) -> None:
    """Each in turn: whoever comes second meets the first, and nobody waits for the other for
    ever. The figure is that of the last who was told that all is well."""
    seal = f.sealed_notice(cast.amina).seals.get()
    dossier = cast.amina.dossier
    for _round in range(ROUNDS):
        TaxIncome.objects.filter(dossier=dossier).delete()
        state, _new = SectionState.objects.get_or_create(dossier=dossier, name="resources")
        confirmed, saved = at_once(
            lambda: services.take_sealed_income(
                actor=cast.as_amina, seal=Seal.objects.get(pk=seal.pk)
            ),
            lambda version=state.version: accounts.save_resources(
                actor=cast.as_amina,
                dossier=Dossier.objects.get(pk=dossier.pk),
                expected_version=version,
                told={None: ToldIncome({seal.income_year: 18_000})},
            ),
        )
        assert bad([confirmed, saved], but=(SectionConflict,)) == []
        assert confirmed is None
        figure = TaxIncome.objects.get(dossier=dossier, member=None, year=seal.income_year)
        assert (figure.rfr_eur, figure.source) == (23_400, "sealed")


def test_a_seal_confirmed_while_its_piece_is_replaced(cast: SimpleNamespace) -> None:
    """Taken before, or refused because a newer notice counts; never from a piece that is gone."""
    for _round in range(ROUNDS):
        Piece.objects.all().delete()
        TaxIncome.objects.filter(dossier=cast.amina.dossier).delete()
        seal = f.sealed_notice(cast.amina).seals.get()
        confirmed, given = at_once(
            lambda seal=seal: services.take_sealed_income(
                actor=cast.as_amina, seal=Seal.objects.get(pk=seal.pk)
            ),
            lambda: give(cast, replace=True, code="avis-imposition"),
        )
        assert bad([confirmed, given], but=(ValidationError,)) == []
        taken = TaxIncome.objects.filter(dossier=cast.amina.dossier, source="sealed").exists()
        assert taken == (confirmed is None)
        assert Piece.objects.get(replaced_at=None) == given


def accepted_while_giving(
    cast: SimpleNamespace, *, replace: bool
) -> tuple[Piece, Piece, ValidationError | None]:
    """An agent accepts a piece while files are given: the piece that was looked at, the one that
    the files went to, and what stopped the agent, if something did."""
    Piece.objects.all().delete()
    piece = f.clean_file(cast.amina).piece
    seen = rules.seen(piece.files.all())
    concluded, given = at_once(
        lambda: services.conclude(actor=cast.as_claire, piece=piece, seen=seen, outcome="accepted"),
        lambda: give(cast, replace=replace),
    )
    assert bad([concluded, given], but=(ValidationError,)) == []
    return piece, given, concluded if isinstance(concluded, ValidationError) else None


def test_a_piece_replaced_while_an_agent_accepts_it(cast: SimpleNamespace) -> None:
    """Accepted and then replaced, or told that it was replaced: the new one is never taken for
    the one that was looked at."""
    f.submitted(cast.amina, f.offer_of(cast.lac))
    for _round in range(ROUNDS):
        _piece, given, told = accepted_while_giving(cast, replace=True)
        assert Piece.objects.get(replaced_at=None) == given
        assert given.checks.count() == 0
        assert PieceCheck.objects.count() == (0 if told else 1)


def test_a_file_added_while_an_agent_accepts(cast: SimpleNamespace) -> None:
    """Nobody accepts a page that was not on the screen: either the new file is of another piece,
    or the agent is told to look again."""
    f.submitted(cast.amina, f.offer_of(cast.lac))
    for _round in range(ROUNDS):
        piece, given, told = accepted_while_giving(cast, replace=False)
        assert (given == piece) == bool(told)


def test_a_piece_replaced_or_taken_back_while_a_worker_checks_it(
    cast: SimpleNamespace, clamd: str
) -> None:
    f.clean_file(cast.amina, "bail")
    first = give(cast, replace=False)
    results = at_once(services.check_due, lambda: give(cast, replace=True), services.check_due)
    assert bad(results) == []
    second = Piece.objects.get(kind="identite", replaced_at=None)
    assert second.pk != first.pk
    taken = second.files.get()
    results = at_once(
        services.check_due,
        lambda: services.remove_file(actor=cast.as_amina, file=taken),
    )
    assert bad(results, but=(UploadRefused,)) == []
    services.check_due()
    assert set(PieceFile.objects.values_list("state", flat=True)) == {"clean"}
    assert_rows_and_objects_agree()


def test_of_six_windows_that_replace_one_is_current_and_none_is_lost(
    cast: SimpleNamespace,
) -> None:
    f.clean_file(cast.amina)
    results = at_once(*[lambda: give(cast, replace=True)] * 6)
    assert bad(results) == []
    assert Piece.objects.filter(replaced_at=None).count() == 1
    assert Piece.objects.count() == 7
