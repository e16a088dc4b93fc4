"""What a careful reader asked: the hour before summer time, an agent's own request, a dossier that
changes after it was verified, a fault that must not stop the others."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from alin.kit import clock
from applications import services
from applications.models import Candidacy, PointCheck, Proposal
from applications.rules import seniority
from applications.workflow import NotYours, TransitionRefused
from tests import factories as f

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("sent", "deadline"),
    [
        # In 2027 summer time begins on 28 March: ten days after the 25th are an hour short.
        ("2027-03-25T23:30:00+01:00", "2027-04-05T23:59:59+02:00"),
        ("2027-03-25T08:00:00+01:00", "2027-04-04T23:59:59+02:00"),
        ("2026-11-23T23:59:59.600000+01:00", "2026-12-04T23:59:59+01:00"),
    ],
)
def test_ten_days_are_never_an_hour_short(
    cast: SimpleNamespace, travel: Any, sent: str, deadline: str
) -> None:
    assert clock.full_days_after(datetime.fromisoformat(sent), 10) == datetime.fromisoformat(
        deadline
    )


def test_a_proposal_sent_late_on_the_eve_of_summer_time_is_legal(
    cast: SimpleNamespace, travel: Any
) -> None:
    travel(datetime(2027, 3, 25, 23, 30, tzinfo=clock.PARIS))
    f.complete_dossier(cast.amina)
    offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    f.proposed(cast.amina, offer, cast.as_claire)
    proposal = Proposal.objects.get()
    assert proposal.deadline - proposal.sent_at >= timedelta(days=10)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (date(2022, 5, 14), date(2022, 5, 14)),
        (date(1022, 5, 14), date(2022, 5, 1)),
        (date(2019, 5, 14), date(2022, 5, 1)),
        (None, date(2022, 5, 1)),
    ],
)
def test_a_typed_date_never_jumps_the_queue(declared: date | None, expected: date) -> None:
    assert seniority("0740522000001TESTS", declared, TODAY) == expected


def test_nobody_instructs_their_own_request(cast: SimpleNamespace) -> None:
    f.complete_dossier(cast.claire)
    candidacy = f.submitted(cast.claire, f.offer_of(cast.lac))
    with pytest.raises(NotYours):
        f.in_instruction(candidacy, cast.as_claire)
    assert f.in_instruction(candidacy, cast.as_chloe).state == "instruction"


def test_the_list_is_not_looked_at_while_it_is_open(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    candidacy = f.ready(f.submitted(cast.amina, offer), cast.as_claire)
    f.reopen(offer)
    with pytest.raises(TransitionRefused, match="encore ouvertes"):
        services.choose_directly(
            actor=cast.as_claire,
            candidacy=candidacy,
            reason="Premier arrivé.",
            expected_version=candidacy.version,
        )


def test_a_dossier_sent_again_is_verified_again_where_it_changed(cast: SimpleNamespace) -> None:
    candidacy = f.ready(f.submitted(cast.amina, f.offer_of(cast.lac)), cast.as_claire)
    cast.amina.dossier.employer_name = "Fonderie des Alpes"
    cast.amina.dossier.save()
    sent = services.resend_dossier(
        actor=cast.as_amina, candidacy=candidacy, expected_version=candidacy.version
    )
    assert sent.dossier_snapshot["employer_name"] == "Fonderie des Alpes"
    assert (sent.ready_at, sent.version) == (None, candidacy.version + 1)
    assert set(PointCheck.objects.values_list("point", flat=True)) == {
        "identity",
        "household",
        "resources",
        "numero_unique",
    }


def test_what_changed_after_the_check_is_not_what_the_commission_sees(
    cast: SimpleNamespace,
) -> None:
    candidacy = f.ready(f.submitted(cast.amina, f.offer_of(cast.lac)), cast.as_claire)
    cast.amina.dossier.numero_unique = ""
    cast.amina.dossier.save()
    cast.amina.dossier.incomes.update(rfr_eur=900_000)
    shown = services.present_to_commission(
        actor=cast.as_claire, candidacy=candidacy, commission_at=clock.now() + timedelta(days=3)
    ).presented_snapshot
    assert shown["numero_unique"] == candidacy.dossier_snapshot["numero_unique"]
    assert [(each["rfr_eur"], each["verified_eur"]) for each in shown["incomes"]] == [
        (21_000, 21_000)
    ]


def test_a_presented_dossier_cannot_be_sent_again(cast: SimpleNamespace) -> None:
    candidacy = f.ready(f.submitted(cast.amina, f.offer_of(cast.lac)), cast.as_claire)
    services.present_to_commission(
        actor=cast.as_claire, candidacy=candidacy, commission_at=clock.now() + timedelta(days=3)
    )
    candidacy.refresh_from_db()
    with pytest.raises(TransitionRefused, match="déjà présenté"):
        services.resend_dossier(
            actor=cast.as_amina, candidacy=candidacy, expected_version=candidacy.version
        )


def test_one_faulty_row_does_not_stop_the_others(cast: SimpleNamespace, travel: Any) -> None:
    for user in (cast.amina, cast.bruno):
        offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
        f.proposed(user, offer, cast.as_claire)
    travel(clock.now() + timedelta(days=12))
    # The first in line meets a fault that no rule foresees: its journal refuses a new line.
    first = Candidacy.objects.get(applicant=cast.amina)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.fail() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'panne'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER fault BEFORE INSERT ON kit_journalentry FOR EACH ROW "
            f"WHEN (NEW.chain = '{first.journal_chain}') EXECUTE FUNCTION pg_temp.fail()"
        )
    assert services.expire_due_proposals() == 1
    assert dict(Candidacy.objects.values_list("applicant__first_name", "state")) == {
        "Amina": "proposal",
        "Bruno": "expired",
    }


def test_a_social_lease_ends_the_person_s_other_social_candidacies(cast: SimpleNamespace) -> None:
    other = f.submitted(cast.amina, f.offer_of(cast.lac))
    middle = f.submitted(cast.amina, f.offer_of(cast.lac, kind="intermediate", funding="LLI"))
    won = f.submitted(cast.amina, f.offer_of(cast.lac))
    Candidacy.objects.filter(pk=won.pk).update(state="accepted")
    won.refresh_from_db()
    services.sign_lease(actor=cast.as_claire, candidacy=won, expected_version=won.version)
    other.refresh_from_db()
    middle.refresh_from_db()
    assert (other.state, middle.state) == ("not_selected", "submitted")
