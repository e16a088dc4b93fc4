"""The verbs of eligibility: the only code here that writes."""

from .facts import FactsReport, derive_all_facts, derive_facts, derive_stale_facts
from .simulation import carry_over

__all__ = ["FactsReport", "carry_over", "derive_all_facts", "derive_facts", "derive_stale_facts"]
