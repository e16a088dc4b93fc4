"""What stops a candidacy, decided without the database."""

from datetime import date

from accounts.rules import parse_numero_unique
from eligibility.rules import Verdict

# Above the PLUS ceiling by 20 % at most, the landlord may still make an exception for one home in
# ten (D331-12 CCH): the applicant is warned, not stopped. A missing number is said as missing.
NOT_STOPPING = {"plus_over_100", "numero_unique_missing"}


def refusing_explanations(verdict: Verdict) -> list[str]:
    """The sentences of a verdict that forbid to apply; an unknown forbids nothing, nor do
    ceilings of an earlier year: those that will count may let the household in."""
    return [
        reason.explanation
        for reason in verdict.reasons
        if reason.status == "no"
        and reason.code not in NOT_STOPPING
        and not (verdict.indicative and reason.limit_eur is not None)
    ]


def seniority(numero_unique: str, declared: date | None, today: date) -> date | None:
    """The date that ranks a candidacy: the one declared when it falls in the month that the number
    carries, else the first day of that month; the declared one for a request without a number.

    The number is what the guichet wrote; a date typed by hand must not jump the queue."""
    if not numero_unique:
        return declared
    number = parse_numero_unique(numero_unique, today)
    if declared and number.agrees_with(declared):
        return declared
    return date(number.year, number.month, 1)
