"""Reading the figures of the law, what a dossier comes down to, and the verdict of many rows."""

from .aid_scale import AID_ZONES
from .dossiers import facts_columns, household_facts
from .figures import aid_parameters_at, ceilings_of_year, figures_at, parameters_at
from .many import entitled, entitled_in_sql, verdict_expression

__all__ = [
    "AID_ZONES",
    "aid_parameters_at",
    "ceilings_of_year",
    "entitled",
    "entitled_in_sql",
    "facts_columns",
    "figures_at",
    "household_facts",
    "parameters_at",
    "verdict_expression",
]
