"""A new year of ceilings: nothing counts before it is published, everything may be taken back, and
the list of rights that change is what judging everybody twice says."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Dossier, WishedCommune
from alin.kit.journal import verify_chain
from alin.kit.models import JournalEntry
from eligibility import services
from eligibility.models import Ceiling, CeilingPublication, Parameter, PublicationStep, RightChange
from eligibility.queries import household_facts, parameters_at
from eligibility.queries.ceilings_review import factor_with
from eligibility.queries.publications import compare, progress_of
from eligibility.rules import HomeTerms, evaluate
from eligibility.services import publication_work
from notifications.models import Notice, OutboxMessage
from tests import factories as f
from tests.eligibility.publications import (
    DECEMBER,
    draft,
    file_of,
    lives_alone,
    lives_with,
    published,
)
from tests.territory.factories import CommuneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ceilings")]

NEW_YEAR = date(2027, 1, 1)
PARIS = "paris_limitrophes"


@pytest.fixture
def farid(travel: Callable[[datetime], None]) -> SimpleNamespace:
    travel(DECEMBER)
    platform = f.OrganisationFactory(name="Équipe du portail", kind="plateforme")
    return f.actor_for(f.member("Farid", platform, "manager"), platform)


def changes() -> set[tuple[str, str, str, bool]]:
    named = RightChange.objects.values_list(
        "dossier__applicant__first_name", "funding", "zone", "gained"
    )
    return set(named)


def table(on: date, funding: str, zone: str) -> tuple[int, bool, int]:
    found = parameters_at(on).tables[funding, zone]
    return found.year, found.in_force, found.amounts["1"]


# PLUS in Lyon alone: 23 403 in 2026, × 147.22 / 145.77 = 23 636. In Paris 26 920 and 27 188.
def test_a_draft_counts_for_nothing_and_a_publication_from_its_day_on(farid) -> None:
    publication = draft(farid)
    assert table(NEW_YEAR, "PLUS", "autres_regions") == (2026, False, 23_403)
    services.publish_ceilings(actor=farid, publication=publication, valid_from=NEW_YEAR)
    assert table(date(2026, 12, 31), "PLUS", "autres_regions") == (2026, True, 23_403)
    assert table(NEW_YEAR, "PLUS", "autres_regions") == (2027, True, 23_636)
    assert table(date(2027, 12, 31), "PLUS", PARIS) == (2027, True, 27_188)


def test_publishing_writes_the_same_rows_for_one_dossier_or_thirty(
    farid, django_assert_num_queries
) -> None:
    lives_alone("Amina", 23_500)
    first, second = draft(farid), draft(farid)
    with django_assert_num_queries(15):
        services.publish_ceilings(actor=farid, publication=first, valid_from=NEW_YEAR)
    services.withdraw_ceilings(actor=farid, publication=first, reason="essai")
    for number in range(30):
        lives_alone(f"Bruno{number}", 23_500)
    with django_assert_num_queries(15):
        services.publish_ceilings(actor=farid, publication=second, valid_from=NEW_YEAR)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 31), "un jour de 2027"),
        (date(2028, 1, 1), "un jour de 2027"),
        (date(2026, 12, 19), "un jour de 2027"),
    ],
)
def test_another_year_is_refused(farid, day, words) -> None:
    publication = draft(farid)
    with pytest.raises(services.PublicationRefused, match=words):
        services.publish_ceilings(actor=farid, publication=publication, valid_from=day)
    assert Ceiling.objects.filter(year=2027).count() == 0


def test_a_day_that_is_past_is_refused(farid, travel) -> None:
    publication = draft(farid)
    travel(datetime(2027, 1, 5, 9, tzinfo=ZoneInfo("Europe/Paris")))
    with pytest.raises(services.PublicationRefused, match="pas passé"):
        services.publish_ceilings(actor=farid, publication=publication, valid_from=NEW_YEAR)
    services.publish_ceilings(actor=farid, publication=publication, valid_from=date(2027, 1, 5))
    assert table(date(2027, 1, 4), "PLUS", PARIS) == (2026, False, 26_920)
    assert table(date(2027, 1, 5), "PLUS", PARIS) == (2027, True, 27_188)


def test_a_second_publication_of_the_same_ceilings_is_refused_whole(farid) -> None:
    published(farid)
    second = draft(farid, file_of(fundings=("PLUS", "LLI")))
    with pytest.raises(services.PublicationRefused, match=r"déjà en place \(PLUS\)"):
        services.publish_ceilings(actor=farid, publication=second, valid_from=NEW_YEAR)
    assert Ceiling.objects.filter(year=2027, funding="LLI").count() == 0
    second.refresh_from_db()
    assert second.status == "draft"
    # Intermediate homes alone, which the first one left out, come beside it.
    third = draft(farid, file_of(fundings=("LLI",)))
    services.publish_ceilings(actor=farid, publication=third, valid_from=NEW_YEAR)
    assert Ceiling.objects.filter(year=2027, funding="LLI").count() == 35


def test_the_list_by_hand(farid) -> None:
    """Alone in Lyon: 23 403 before, 23 636 after; in Paris 26 920 and 27 188."""
    for name, rfr in [
        ("au plafond", 23_403),
        ("un euro de plus", 23_404),
        ("au nouveau", 23_636),
        ("au-dessus", 23_637),
        ("Paris", 27_188),
    ]:
        lives_alone(name, rfr)
    f.person("sans dossier")
    published(farid)
    services.work_on_publications()
    plus = {(name, zone) for name, funding, zone, _g in changes() if funding == "PLUS"}
    assert plus == {
        ("un euro de plus", "autres_regions"),
        ("au nouveau", "autres_regions"),
        ("Paris", PARIS),
        ("Paris", "idf_hors_paris"),
    }
    assert all(gained for *_right, gained in changes())


def test_lower_ceilings_take_rights_away(farid) -> None:
    lives_alone("Amina", 23_300)
    published(farid, file_of(percent="-1"))
    services.work_on_publications()
    assert changes() == {("Amina", "PLUS", "autres_regions", False)}


people = st.lists(
    st.tuples(
        st.sampled_from(
            [
                (),
                ("spouse",),
                ("child",),
                ("spouse", "child"),
                ("other", "child"),
                ("spouse", *["child"] * 4),
                ("spouse", *["child"] * 6),
                ("other", "other"),
            ]
        ),
        st.sampled_from(["PLAI", "PLUS", "PLS", "LLS", "LLI"]),
        st.sampled_from([2026, 2027]),
        st.sampled_from([-1, 0, 1, 60]),
        st.integers(0, 4),
    ),
    min_size=6,
    max_size=6,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people)
def test_the_list_is_what_judging_everybody_twice_says(farid, drawn) -> None:
    Dossier.objects.all().delete()
    Ceiling.objects.filter(year=2027).delete()
    CeilingPublication.objects.all().delete()
    publication = draft(farid, file_of(fundings=("PLAI", "PLUS", "PLS", "LLS", "LLI"), percent="2"))
    limits = {
        2026: parameters_at(date(2026, 12, 31)).tables,
        2027: {(t.funding, t.zone): t.new for t in compare(publication).tables},
    }
    for number, (others, funding, year, gap, pick) in enumerate(drawn):
        tables = [table for key, table in limits[year].items() if key[0] == funding]
        amounts = list(tables[pick % len(tables)].amounts.values())
        lives_with(f"Amina{number}", max(0, amounts[min(len(others), 5)] + gap), *others)
    announced = compare(publication)
    services.publish_ceilings(actor=farid, publication=publication, valid_from=NEW_YEAR)
    services.work_on_publications()
    expected = set()
    before, after = parameters_at(date(2026, 12, 31)), parameters_at(NEW_YEAR)
    for dossier in Dossier.objects.select_related("applicant"):
        # Both years judge the resources that are told today.
        facts = household_facts(dossier, DECEMBER.date())
        for funding, zone in after.tables:
            had, has = (
                right(facts, funding, zone, before),
                right(facts, funding, zone, after, day=before.on),
            )
            if had != has:
                expected.add((dossier.applicant.first_name, funding, zone, has))
    assert changes() == expected
    counted = compare(CeilingPublication.objects.get(pk=publication.pk))
    assert (counted.concerned, [t.count for t in counted.tables]) == (
        announced.concerned,
        [t.count for t in announced.tables],
    )
    assert counted.concerned == len({name for name, *_rest in expected})


def right(facts, funding, zone, parameters, day=None) -> bool:
    """Whether the explained rule says that the resources fit, with those of `day` asked for."""
    zone_abc = {"A_bis": "Abis", "B2_C": "C"}.get(zone, zone)
    terms = (
        HomeTerms("LLI", "drom" if zone == "drom" else "autres_regions", zone_abc)
        if funding == "LLI"
        else HomeTerms(funding, zone)
    )
    if day is not None:
        parameters = type(parameters)(day, parameters.tables, parameters.employer_minimum)
    return evaluate(facts, terms, parameters).reasons[0].status == "yes"


def test_each_person_is_told_once_and_only_of_where_she_wishes_to_live(farid) -> None:
    everywhere = lives_alone("Amina", 27_188)
    lyon = lives_alone("Bruno", 23_500)
    elsewhere = lives_alone("Chloé", 27_188)
    lives_alone("David", 10_000)
    commune = CommuneFactory(ceilings_zone="autres_regions")
    for dossier in (lyon, elsewhere):
        WishedCommune.objects.create(dossier=dossier, slot=1, commune=commune)
    publication = published(farid)
    while services.work_on_publications():
        pass
    key = f"ceilings:{publication.public_id}"
    told = dict(Notice.objects.filter(key=key).values_list("recipient__first_name", "body"))
    assert sorted(told) == ["Amina", "Bruno"]
    assert "Vous pourrez obtenir : PLUS, logement social (autres régions)" in told["Bruno"]
    assert "Paris et communes limitrophes" in told["Amina"]
    assert "ce sont vos ressources de 2025 qui comptent" in told["Amina"]
    assert RightChange.objects.filter(dossier=elsewhere).exists()
    assert OutboxMessage.objects.filter(recipient=everywhere.applicant).count() == 1
    # Everything again, as after a worker that died between its work and its note.
    PublicationStep.objects.update(done_at=None)
    services.work_on_publications()
    assert Notice.objects.filter(key=key).count() == 2
    assert OutboxMessage.objects.count() == 2


def test_withdrawn_ceilings_count_no_more_and_only_those_who_were_told_are_told(farid) -> None:
    lives_alone("Amina", 23_500)
    lives_alone("Bruno", 10_000)
    publication = published(farid)
    services.work_on_publications()
    listed = changes()
    services.withdraw_ceilings(actor=farid, publication=publication, reason="Arrêté rectifié.")
    assert table(NEW_YEAR, "PLUS", PARIS) == (2026, False, 26_920)
    services.work_on_publications()
    services.work_on_publications()
    notices = Notice.objects.filter(key__startswith="ceilings:").order_by("pk")
    assert [each.recipient.first_name for each in notices] == ["Amina", "Amina"]
    assert "Motif : Arrêté rectifié." in notices[1].body
    assert changes() == listed
    with pytest.raises(services.PublicationRefused):
        services.withdraw_ceilings(actor=farid, publication=publication, reason="encore")
    # A corrected file may follow, and tells again.
    published(farid, file_of(percent="1"))
    assert table(NEW_YEAR, "PLUS", PARIS) == (2027, True, 27_189)
    services.work_on_publications()
    assert Notice.objects.filter(key__startswith="ceilings:").count() == 3


def test_what_was_not_done_when_it_was_withdrawn_is_never_done(farid) -> None:
    lives_alone("Amina", 23_500)
    publication = published(farid)
    services.withdraw_ceilings(actor=farid, publication=publication, reason="Trop tôt.")
    assert services.work_on_publications() == 0
    assert (changes(), Notice.objects.count()) == (set(), 0)
    assert progress_of(CeilingPublication.objects.get()).is_over


def test_the_history_is_a_chain(farid) -> None:
    lives_alone("Amina", 23_500)
    publication = published(farid)
    services.work_on_publications()
    services.withdraw_ceilings(actor=farid, publication=publication, reason="Rectificatif.")
    lines = list(JournalEntry.objects.filter(chain=f"ceilings:{publication.public_id}"))
    assert [line.event for line in lines] == ["drafted", "published", "listed", "withdrawn"]
    assert [line.actor_label for line in lines][1:3] == ["Farid Durand", "Publication des plafonds"]
    assert lines[3].reason == "Rectificatif."
    assert verify_chain(lines) is None


def test_the_index_typed_with_a_publication_serves_the_next_year(farid, travel) -> None:
    assert factor_with(Decimal("147.22"), 2027) == Decimal("147.22") / Decimal("145.77")
    assert factor_with(Decimal("150.00"), 2028) is None
    publication = draft(farid)
    CeilingPublication.objects.filter(pk=publication.pk).update(rent_index="147.22")
    services.publish_ceilings(actor=farid, publication=publication, valid_from=NEW_YEAR)
    assert factor_with(Decimal("150.00"), 2028) == Decimal("150.00") / Decimal("147.22")
    assert Parameter.objects.filter(valid_from=date(2026, 7, 1)).count() == 0


def test_a_step_takes_so_many_persons_and_no_more(farid, monkeypatch) -> None:
    monkeypatch.setattr(publication_work, "PERSONS_AT_ONCE", 2)
    for number in range(5):
        lives_alone(f"Amina{number}", 23_500)
    publication = published(farid)
    services.work_on_publications()
    steps = PublicationStep.objects.filter(kind="tell").order_by("pk")
    assert [step.handled for step in steps] == [2, 2, 1]
    assert progress_of(publication).total["list"] == 12
    assert publication.uploaded_at <= publication.published_at + timedelta(seconds=1)
