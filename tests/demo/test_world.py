"""The demonstration's world, small, on ordinary and on awkward days."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import groupby

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.dateparse import parse_datetime
from pytest_django.fixtures import Settings

from accounts.models import Dossier, DossierAccess, Organisation, User
from accounts.queries import demand, dossiers_of, what_is_missing
from alin.demo_world.build import Report, build
from alin.demo_world.cast import CAST, PASSWORD
from alin.demo_world.people import actor_for
from alin.kit import clock, journal
from alin.kit.models import JournalEntry
from applications.models import Candidacy, Proposal, State
from commission.models import AgendaCandidate, Session
from documents import hints
from documents.queries import count_to_check, facts_for, listing, own_seals, views_of
from listings.models import Offer
from notifications.models import Notice, OutboxMessage

pytestmark = pytest.mark.django_db

OF_THE_LAKE = {
    "submitted": 24,
    "instruction": 13,
    "commission": 17,
    "awarded_waiting": 6,
    "proposal": 3,
    "accepted": 2,
    "lease_signed": 2,
    "withdrawn": 2,
    "not_selected": 4,
    "inadmissible": 1,
    "not_awarded": 7,
    "refused": 2,
    "expired": 1,
}


@pytest.fixture
def reference() -> None:
    call_command("load_reference", verbosity=0, stdout=StringIO())


def lake() -> dict[str, int]:
    states = Candidacy.objects.filter(organisation__name="Habitat du Lac").order_by()
    return dict(Counter(states.values_list("state", flat=True)))


def test_every_state_is_reached_on_awkward_days_too(reference: None) -> None:
    seen = {}
    for day in ("2027-01-02T00:30Z", "2028-02-29T22:30Z"):
        instant = parse_datetime(day)
        assert instant is not None
        with clock.travel(instant), transaction.atomic():
            build(scale=0)
            seen[day] = lake()
            transaction.set_rollback(True)
    assert seen == dict.fromkeys(seen, OF_THE_LAKE)


@pytest.fixture
def world(reference: None) -> Iterator[Report]:
    with clock.travel(datetime(2026, 11, 23, 10, tzinfo=clock.PARIS)):
        yield build(scale=0)


def test_the_cast_meets_what_its_descriptions_promise(world: Report) -> None:
    people = {role.key: User.objects.get(email=role.email) for role in CAST}
    assert lake() == OF_THE_LAKE
    assert people["amina"].check_password(PASSWORD)
    assert not what_is_missing(people["amina"].dossier, clock.today())
    amina = Candidacy.objects.filter(applicant=people["amina"]).order_by("submitted_at")
    assert [(one.state, str(one.offer)) for one in amina] == [
        ("proposal", "T3 Annecy"),
        ("instruction", "T3 Chambéry"),
    ]
    left = Proposal.objects.get(candidacy=amina[0]).deadline - clock.now()
    assert timedelta(days=3) < left < timedelta(days=8)
    assert {fact.section for fact in what_is_missing(people["bruno"].dossier, clock.today())} == {
        "numero",
        "household",
        "resources",
        "employment",
    }

    couple = Dossier.objects.get(applicant=people["ines"])
    assert dossiers_of(actor_for(people["karim"])).get() == couple
    assert not what_is_missing(couple, clock.today())
    lapsed = demand(people["lucie"].dossier, clock.today())
    assert lapsed is not None
    # Thirteen months after a registration of 23 August 2025; eighteen to repair it.
    assert (str(lapsed.state), lapsed.ground) == ("radiated", "e")
    assert lapsed.reactivable_until == date(2027, 2, 23)

    next_session = Session.objects.get(closed_at=None, commission__members__user=people["estelle"])
    assert next_session.scheduled_at - clock.now() < timedelta(days=7)
    waiting = AgendaCandidate.objects.filter(item__session=next_session, decision="")
    assert sorted(Counter(waiting.values_list("item_id", flat=True)).values()) == [2, 3, 3, 4, 5]

    ready = Candidacy.objects.filter(
        organisation__name="Habitat du Lac", state=State.INSTRUCTION, ready_at__isnull=False
    )
    assert Counter(ready.values_list("offer__funding", flat=True)) == {"PLUS": 5, "LLI": 3}

    # What was told, seen and written is that of real work.
    chains = groupby(JournalEntry.objects.order_by("chain", "sequence"), lambda line: line.chain)
    assert [fault for _chain, lines in chains if (fault := journal.verify_chain(lines))] == []
    assert not JournalEntry.objects.filter(at__gt=clock.now()).exists()
    assert not Notice.objects.filter(created_at__gt=clock.now()).exists()
    ended = [f"candidacy:{one.public_id}" for one in Candidacy.objects.filter(state="expired")]
    assert not DossierAccess.objects.filter(purpose__in=ended, until=None).exists()
    states = Counter(OutboxMessage.objects.values_list("state", flat=True))
    assert (states["waiting"], states["dead"]) == (5, 0)

    # A piece in each state, and work for the agent.
    given = listing(people["amina"].dossier, clock.today()).lines
    assert {line.kind.code: line.standing.name for line in given if line.piece} == {
        "identite": "ACCEPTED",
        "avis-imposition": "READABLE",
        "salaire": "EXPIRED",
        "bail": "READABLE",
        "prestations": "REFUSED",
        "lettre-employeur": "FILE_REFUSED",
        "union": "CHECKING",
    }
    assert [line.kind.code for line in given if line.requests] == ["salaire"]
    agent = actor_for(people["claire"], Organisation.objects.get(name="Habitat du Lac"))
    assert count_to_check(agent) >= 10
    assert views_of(people["amina"].dossier).count() == 3
    # What the seal of her notice proves, to confirm by one click.
    seal = own_seals(actor_for(people["amina"])).get()
    offered = hints.offer_of(seal, facts_for(seal.file.piece), clock.today())
    assert offered == hints.Offer(
        year=clock.today().year - 2, rfr_eur=19_400, before=19_400, done=False
    )

    at = clock.now()
    drafts = Offer.objects.filter(published_at=None).count()
    assert (world.offers, drafts) == (Offer.objects.count(), 0)
    assert Offer.objects.open_at(at).count() > 20
    assert User.objects.exclude(email__endswith="@demo.alin.example").count() == 0

    with pytest.raises(CommandError, match="déjà habitée"):
        call_command("load_demo")


def test_the_world_needs_its_reference_data() -> None:
    with pytest.raises(CommandError, match=r"manage\.py load_reference"):
        call_command("load_demo")


@pytest.mark.parametrize("command", ["load_demo", "demo_accounts"])
def test_there_is_no_demonstration_elsewhere(settings: Settings, command: str) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="démonstration"):
        call_command(command)


def test_production_does_not_know_the_demonstration() -> None:
    from alin.settings import base

    assert "alin.demo_world" in django_settings.INSTALLED_APPS
    assert "alin.demo_world" not in base.INSTALLED_APPS


def test_the_accounts_are_told_with_their_password() -> None:
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "Comptes (mot de passe de tous : un toit pour chacun)"
    assert lines[1] == (
        "  amina@demo.alin.example    Amina Benali, candidate : "
        "son dossier est complet ; un logement lui est proposé, elle doit répondre"
    )
    assert len(lines) == 1 + len(CAST)
