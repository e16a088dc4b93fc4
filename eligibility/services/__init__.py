"""The verbs of eligibility: the only code here that writes."""

from .facts import FactsReport, derive_all_facts, derive_facts, derive_stale_facts
from .publication import (
    PublicationRefused,
    draft_publication,
    publish_ceilings,
    withdraw_ceilings,
)
from .publication_work import resume, work_on_publications
from .simulation import carry_over

__all__ = [
    "FactsReport",
    "PublicationRefused",
    "carry_over",
    "derive_all_facts",
    "derive_facts",
    "derive_stale_facts",
    "draft_publication",
    "publish_ceilings",
    "resume",
    "withdraw_ceilings",
    "work_on_publications",
]
