"""Which list of certificates counts, and how old it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from documents import seals
from documents.models import TrustList
from documents.seals.chain import SHIPPED_ISSUED_ON, SHIPPED_NEXT_UPDATE

# France Titres publishes a new list before the next update of the one before.
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class InForce:
    """The list that counts: `chosen` is None for the one that is shipped."""

    chosen: TrustList | None
    issued_on: date
    next_update: date
    certificates: int
    authorities: int

    def is_old(self, on: date) -> bool:
        return on > self.next_update

    def is_growing_old(self, on: date) -> bool:
        return on > self.next_update - RENEW_BEFORE


def chosen_list() -> TrustList | None:
    return TrustList.objects.filter(in_force_at__isnull=False, set_aside_at=None).first()


def in_force() -> InForce:
    chosen = chosen_list()
    if chosen is None:
        chain = seals.shipped()
        return InForce(
            None,
            SHIPPED_ISSUED_ON,
            SHIPPED_NEXT_UPDATE,
            len(chain.every_leaf()),
            len(chain.every_authority()),
        )
    return InForce(
        chosen, chosen.issued_on, chosen.next_update, chosen.certificates, chosen.authorities
    )


def chain_in_force() -> seals.Chain:
    chosen = chosen_list()
    return seals.shipped() if chosen is None else _chain(chosen.pem)


@lru_cache(maxsize=2)
def _chain(pem: str) -> seals.Chain:
    return seals.from_pem(pem)
