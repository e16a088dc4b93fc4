"""A landlord's whole stock, taken out, edited with mistakes, and brought back."""

import gzip
import resource
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, User
from alin.kit import clock, sheets
from alin.kit.actor import Actor
from listings import services
from listings.exports import stock_rows
from listings.imports import COLUMNS
from listings.models import Dwelling, Offer, Residence, StockImport
from listings.queries.landlord import dwellings_visible_to, outcomes_of
from territory.models import Commune

from .homes import copies, quickly
from .measure import thousands

OF_A_RESIDENCE = 50
# Seconds of processor, of the worker and of the database together.
MOST_SECONDS = 120
TICKS = 100


def measure(lines: int) -> Iterator[str]:
    """One line in ten is new, one in ten is wrong, one in three changes a home or its offer."""
    actor = _landlord(lines - lines // 10)
    rows = _edited(stock_rows(actor, dwellings_visible_to(actor).order_by("pk")), lines)
    content = sheets.as_csv(COLUMNS, rows)
    yield f"   fichier de {thousands(len(rows))} lignes, {len(content) / 1e6:.1f} Mo"
    batch, said = _spent(lambda: _sent(actor, content))
    yield f"   vérifié : {said}"
    found = outcomes_of(batch)
    assert found["refused"] >= lines // 10, found
    assert found["created"] == lines // 10, found
    yield "   " + ", ".join(f"{thousands(n)} {name}" for name, n in found.items())
    yield from _pages(actor, batch)
    _done, said = _spent(lambda: _applied(actor, batch))
    yield f"   enregistré : {said}"
    assert Dwelling.objects.count() == lines - lines // 10 + found["created"]


def _landlord(homes: int) -> Actor:
    """Each second home is let: a published offer that is open."""
    call_command("load_communes", stdout=StringIO())
    call_command("load_rent_ceilings", stdout=StringIO(), verbosity=0)
    organisation = Organisation.objects.create(kind="bailleur", name="Habitat du Fichier")
    user = User.objects.create(email="chloe@example.test", first_name="Chloé", last_name="Roux")
    Membership.objects.create(user=user, organisation=organisation, role="manager")
    residence = Residence.objects.create(
        organisation=organisation, reference="R0", name="Modèle", address="1 rue du Banc",
        commune=Commune.objects.get(insee_code="69266"), storeys=9,
    )  # fmt: skip
    dwelling = Dwelling.objects.create(
        residence=residence, reference="modèle", kind="flat", rooms=3, surface_m2=60, dpe="C"
    )
    now = clock.now()
    offer = Offer.objects.create(
        dwelling=dwelling, organisation=organisation, kind="social", funding="PLUS", rent=400,
        deposit=400, available_on=now.date() + timedelta(days=40), opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=15), published_at=now - timedelta(days=2),
    )  # fmt: skip
    with quickly():
        copies(
            residence, homes // OF_A_RESIDENCE, public_id="gen_random_uuid()",
            reference="'R' || n", name="'Résidence ' || n",
        )  # fmt: skip
        copies(
            dwelling, homes, public_id="gen_random_uuid()", reference="'B-' || n",
            residence_id=f"{residence.pk} + n %% {homes // OF_A_RESIDENCE + 1}",
            floor="n %% 9",
        )  # fmt: skip
        copies(
            offer, homes // 2, public_id="gen_random_uuid()", dwelling_id=f"{dwelling.pk} + 2 * n"
        )
    Offer.objects.filter(pk=offer.pk).delete()
    Dwelling.objects.filter(pk=dwelling.pk).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT write_search_rows(ARRAY(SELECT id FROM listings_offer))")
        cursor.execute("ANALYZE")
    return Actor(user=user, organisation=organisation, kind="bailleur", role="manager")


def _edited(rows: list[list[str]], lines: int) -> list[list[str]]:
    """As somebody edits them: prices and classes that change, typing errors, homes to come."""
    mistakes: list[Callable[[dict[str, str]], object]] = [
        lambda said: said.update(pieces="douze"),
        lambda said: said.update(loyer="9999"),
        lambda said: said.update(etage="40"),
        lambda said: said.update(dpe="H"),
        lambda said: said.update(commune="Villeurbane-les-Oies"),
        lambda said: said.update(logement=""),
        lambda said: said.update(residence="Inconnue", adresse=""),
        lambda said: said.update(cloture="31/02/2027"),
    ]
    edited = []
    for rank, row in enumerate(rows):
        said = dict(zip(COLUMNS, row, strict=True))
        if rank % 9 == 0:
            mistakes[rank // 9 % len(mistakes)](said)
        elif rank % 3 == 1:
            said["dpe"] = "B"
            said["loyer"] = said["loyer"] and "390"
            said["depot"] = said["depot"] and "390"
        edited.append([said[column] for column in COLUMNS])
    new = dict(zip(COLUMNS, rows[1], strict=True))
    new |= {"financement": "PLUS", "loyer": "380", "depot": "", "ouverture": "", "cloture": ""}
    for rank in range(lines - len(rows)):
        new["logement"] = f"N-{rank}"
        edited.append([new[column] for column in COLUMNS])
    return edited


def _sent(actor: Actor, content: bytes) -> StockImport:
    batch = services.send_import(actor=actor, name="parc.csv", content=content)
    services.work_on_imports()
    batch.refresh_from_db()
    assert batch.state == "checked", batch.refusal
    return batch


def _applied(actor: Actor, batch: StockImport) -> None:
    services.ask_to_apply(actor=actor, batch=batch, without_refused=True)
    services.work_on_imports()
    batch.refresh_from_db()
    assert batch.state == "applied", batch.refusal


def _spent(work: Callable[[], Any]) -> tuple[Any, str]:
    """What `work` gives, and what it took: the clock would count what else the machine does."""
    worker, database = time.process_time(), _database_seconds()
    done = work()
    worker, database = time.process_time() - worker, _database_seconds() - database
    assert worker + database <= MOST_SECONDS, (worker, database)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return done, (
        f"{worker:.1f} s de processeur, et {database:.1f} s de la base ; "
        f"au plus {most} Mo de mémoire"
    )


def _database_seconds() -> float:
    """The processor's time of the server's process that answers this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / TICKS


def _pages(actor: Actor, batch: StockImport) -> Iterator[str]:
    """The preview: its first page, its last, and the refused lines alone."""
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    for query in ("", "?page=last", "?lignes=refused"):
        address = f"/bailleur/residences/import/{batch.public_id}/{query}"
        client.get(address)
        began = time.process_time()
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address)
        took = time.process_time() - began
        assert page.status_code == 200
        weight = len(gzip.compress(page.content)) / 1000
        yield (
            f"   aperçu {query or '(première page)'} : {weight:.0f} ko compressé, "
            f"{1000 * took:.0f} ms de processeur, {len(captured)} requêtes"
        )
