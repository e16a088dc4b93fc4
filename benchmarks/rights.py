"""Targets 1 to 3: the ceilings of a new year, the rights they change, the rights of everybody.

What is measured is the code of the portal (`eligibility.services`), on generated facts. A right is
a funding in a zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from alin.kit.actor import Actor
from eligibility import services
from eligibility.models import CeilingPublication, DossierFacts, PublicationStep
from eligibility.queries import parameters_at, verdict_expression
from eligibility.queries.changes import (
    insert_changes,
    kinds_of_household,
    ranges,
    tables_before,
    tables_of,
)
from eligibility.rules import HomeTerms
from eligibility.services.publication_work import Figures, do_one_step

from . import full_rights
from .measure import ROUNDS, medians, thousands
from .rights_world import (
    CHANGES,
    NEW_YEAR,
    draft_of_new_year,
    generate,
    load_figures,
    operator,
    world_of,
)

# Below, a statement takes no longer than the transaction around it; the list of changes, found by
# an index in milliseconds, is one transaction for each kind of household.
MEASURABLE = 100_000
MEASURABLE_LIST = 1_000_000
DAY = date(NEW_YEAR, 1, 1)
LYON = HomeTerms("PLUS", "autres_regions", "A")


@dataclass(frozen=True)
class Finding:
    """One line of the printed table."""

    what: str
    ours_seconds: float
    reference_seconds: float
    at_most: float | None

    @property
    def ratio(self) -> float:
        return self.ours_seconds / self.reference_seconds

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.ratio <= self.at_most

    @property
    def verdict(self) -> str:
        if self.at_most is None:
            return "–"
        return f"≤ {self.at_most} {'tenu' if self.holds else 'MANQUÉ'}"


def measure(sizes: list[int]) -> Iterator[Finding | str]:
    """The findings of each target, and what was checked, as they come. AssertionError when two
    ways of computing the same rights differ."""
    load_figures()
    farid = operator()
    publication = draft_of_new_year(farid)
    for size in sizes:
        generate(size)
    yield _new_year(farid, publication, sizes)
    for size in sizes:
        with world_of(size):
            yield _list_of_changes(size, farid, publication)
            yield _full_recomputation(size, publication)
            yield _check(size, publication)
            _undo()


# --- target 1 -----------------------------------------------------------------------------


def _new_year(farid: Actor, publication: CeilingPublication, sizes: list[int]) -> Finding:
    def publish_among(size: int) -> None:
        with world_of(size):
            _publish_and_judge_one(farid, publication)

    found = medians(
        {
            "largest": lambda: publish_among(max(sizes)),
            "smallest": lambda: publish_among(min(sizes)),
        },
        rounds=3 * ROUNDS,
    )
    return Finding(
        f"1. nouveaux plafonds en vigueur : {thousands(max(sizes))} dossiers"
        f" / {thousands(min(sizes))}",
        found["largest"],
        found["smallest"],
        1.5,
    )


def _publish_and_judge_one(farid: Actor, publication: CeilingPublication) -> None:
    """A year is published and the next reader is judged by it; undone, to be done again."""
    with transaction.atomic():
        services.publish_ceilings(actor=farid, publication=publication, valid_from=DAY)
        verdict = verdict_expression(terms=LYON, parameters=parameters_at(DAY), facts="")
        DossierFacts.objects.annotate(verdict=verdict).get(pk=1)
        transaction.set_rollback(True)


# --- target 2 -----------------------------------------------------------------------------


def _list_of_changes(size: int, farid: Actor, publication: CeilingPublication) -> Finding:
    """The rights that change, kind of household by kind of household, as workers write them;
    against one statement."""
    services.publish_ceilings(actor=farid, publication=publication, valid_from=DAY)
    kinds = kinds_of_household()
    columns = ranges(tables_before(publication), tables_of(publication), kinds)

    def in_steps() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {CHANGES}")
        PublicationStep.objects.update(done_at=None)
        figures = Figures()
        for _kind in kinds:
            assert do_one_step(figures)

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE changes_raw")
            cursor.execute(insert_changes(target="changes_raw"), [*columns, publication.pk])

    found = medians({"steps": in_steps, "raw": raw})
    return Finding(
        f"2. droits qui changent, {thousands(size)} dossiers : par étapes / une requête",
        found["steps"],
        found["raw"],
        2 if size >= MEASURABLE_LIST else None,
    )


# --- target 3 -----------------------------------------------------------------------------


def _full_recomputation(size: int, publication: CeilingPublication) -> Finding:
    """The rights of every dossier in both years, in ranges of keys; against one statement."""
    full_rights.create_targets()
    steps = full_rights.steps_of(_old(publication), tables_of(publication))
    found = medians(
        {
            "ranges": lambda: full_rights.recompute_in_ranges(size, steps),
            "raw": lambda: full_rights.recompute_raw(size, steps),
        }
    )
    return Finding(
        f"3. tous les droits, {thousands(size)} dossiers : par lots / une requête",
        found["ranges"],
        found["raw"],
        1.5 if size >= MEASURABLE else None,
    )


def _old(publication: CeilingPublication) -> full_rights.Tables:
    """The tables of before of the homes that the publication is about."""
    new = tables_of(publication)
    return {key: table for key, table in tables_before(publication).items() if key in new}


def _check(size: int, publication: CeilingPublication) -> str:
    changes, differences = full_rights.compare(tables_of(publication))
    assert differences == 0, f"{differences} différences sur {size} dossiers"
    return (
        f"   {thousands(size)} dossiers : {thousands(changes)} droits changent,"
        " 0 différence entre la liste, le recalcul complet et l'annotation"
    )


def _undo() -> None:
    """The publication is a draft again, for the world of the next size."""
    publications = CeilingPublication.objects.all()
    for publication in publications:
        publication.ceilings.all().delete()
    PublicationStep.objects.all().delete()
    publications.update(status="draft", published_at=None, published_by=None)
