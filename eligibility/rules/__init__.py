"""What a household is entitled to: plain functions over plain values, no database.

The figures come from outside as `Parameters` and `AidScale` (see `queries`), because they are
dated; the sentences are for the applicant to read. Amounts are whole euros a year, of revenu
fiscal de référence (RFR), unless said otherwise. Articles are those of the code de la
construction et de l'habitation (CCH) unless said otherwise.
"""

from .affordability import effort, remaining_per_day
from .aid import (
    AidEstimate,
    AidScale,
    AidZone,
    ByFamily,
    Family,
    RentRate,
    RsaScale,
    aid_zone,
    housing_aid,
    presumed_rsa,
    resource_base,
)
from .ceilings import (
    CeilingTable,
    HomeTerms,
    Parameters,
    ceilings_key,
    plausible_against_index,
)
from .conditions import CASES, OF_CONTRACT, BirthRange, cases_of, occupation_status
from .household import (
    YOUNG_COUPLE_AGES_SUM,
    Contract,
    Custody,
    Employment,
    HouseholdFacts,
    Link,
    Person,
    Sector,
    age_on,
    category_label,
    hlm_category,
    household_facts_from_people,
    lli_category,
)
from .reason import Band, Reason, Status
from .resources import Basis, ResourcesThatCount, resources_that_count
from .told import facts_of_told, sector_of
from .verdict import Verdict, evaluate

__all__ = [
    "CASES",
    "OF_CONTRACT",
    "YOUNG_COUPLE_AGES_SUM",
    "AidEstimate",
    "AidScale",
    "AidZone",
    "Band",
    "Basis",
    "BirthRange",
    "ByFamily",
    "CeilingTable",
    "Contract",
    "Custody",
    "Employment",
    "Family",
    "HomeTerms",
    "HouseholdFacts",
    "Link",
    "Parameters",
    "Person",
    "Reason",
    "RentRate",
    "ResourcesThatCount",
    "RsaScale",
    "Sector",
    "Status",
    "Verdict",
    "age_on",
    "aid_zone",
    "cases_of",
    "category_label",
    "ceilings_key",
    "effort",
    "evaluate",
    "facts_of_told",
    "hlm_category",
    "household_facts_from_people",
    "housing_aid",
    "lli_category",
    "occupation_status",
    "plausible_against_index",
    "presumed_rsa",
    "remaining_per_day",
    "resource_base",
    "resources_that_count",
    "sector_of",
]
