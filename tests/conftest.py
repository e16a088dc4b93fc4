"""Fixtures everybody needs: the law's figures, the cast, the clock."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from kombu import pools

from alin.celery import app as celery
from alin.embedded.processes import free_port
from alin.kit import clock
from documents import examine
from tests import factories as f

# The same examples at each run; a loaded machine is slow, not wrong.
hypothesis_settings.register_profile(
    "alin", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("alin")


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def pictures_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Photographs of homes go where nothing of another run is."""
    directory = tmp_path_factory.mktemp("pictures")
    # In the settings as well: a test that changes those of another storage makes all anew.
    settings.STORAGES["pictures"]["OPTIONS"]["location"] = directory
    storage: Any = storages["pictures"]
    storage._location = directory
    for name in ("base_location", "location"):
        storage.__dict__.pop(name, None)


@pytest.fixture(autouse=True, scope="session")
def children_are_waited_for() -> None:
    """A child that opens a file is short of processor time on a loaded machine, not stuck."""
    examine.WALL_CLOCK_SECONDS = 600


@pytest.fixture
def ceilings(db: None) -> None:
    """The ceilings and parameters the portal ships."""
    call_command("load_ceilings", verbosity=0)


@pytest.fixture
def travel() -> Iterator[Callable[[datetime], None]]:
    """`travel(instant)` moves the portal's clocks there; they come back after the test."""
    with ExitStack() as stack:
        yield lambda to: stack.enter_context(clock.travel(to))


@pytest.fixture
def broker_down() -> Iterator[None]:
    """Nobody answers at the address of the broker; its pools are as new afterwards."""
    up = celery.conf.broker_url
    celery.conf.broker_url = f"redis://127.0.0.1:{free_port()}/0"
    _forget_connections()
    yield
    celery.conf.broker_url = up
    _forget_connections()


def _forget_connections() -> None:
    # A pool closed but still known to kombu or to the app fails whoever asks it next.
    pools.reset()
    celery._pool = celery.amqp._producer_pool = None


@pytest.fixture
def cast(ceilings: None) -> SimpleNamespace:
    """Two landlords, their people, a commission, an operator, two applicants."""
    lac = f.OrganisationFactory()
    oc = f.OrganisationFactory(name="Logis d'Oc")
    platform = f.OrganisationFactory(name="Équipe du portail", kind="plateforme")
    reserver = f.OrganisationFactory(name="Entreprises et Logement", kind="reservataire")
    people = SimpleNamespace(
        lac=lac,
        oc=oc,
        platform=platform,
        reserver=reserver,
        amina=f.applicant("Amina", "Benali"),
        bruno=f.applicant("Bruno", "Morel"),
        claire=f.member("Claire", lac),
        chloe=f.member("Chloé", lac, "manager"),
        david=f.member("David", oc),
        estelle=f.person("Estelle"),
        hugo=f.person("Hugo"),
        farid=f.member("Farid", platform, "manager"),
        gaelle=f.member("Gaëlle", reserver),
    )
    people.commission = f.commission_of(
        lac, (people.estelle, "president"), (people.hugo, "tenants")
    )
    people.as_amina = f.actor_for(people.amina)
    people.as_bruno = f.actor_for(people.bruno)
    people.as_claire = f.actor_for(people.claire, lac)
    people.as_chloe = f.actor_for(people.chloe, lac)
    people.as_david = f.actor_for(people.david, oc)
    people.as_estelle = f.actor_for(people.estelle)
    people.as_hugo = f.actor_for(people.hugo)
    people.as_farid = f.actor_for(people.farid, platform)
    return people


@pytest.fixture
def login(client: Client) -> Callable[[object], Client]:
    """`login(user)` gives the test client, logged in as that person."""

    def enter(user: object) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
        return client

    return enter
