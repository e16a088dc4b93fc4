"""What stops a candidacy, decided without the database."""

from eligibility.rules import Verdict

# Above the PLUS ceiling by 20 % at most, the landlord may still make an exception for one home in
# ten (D331-12 CCH): the applicant is warned, not stopped. A missing number is said as missing.
NOT_STOPPING = {"plus_over_100", "numero_unique_missing"}


def refusing_explanations(verdict: Verdict) -> list[str]:
    """The sentences of a verdict that forbid to apply; an unknown forbids nothing."""
    return [
        reason.explanation
        for reason in verdict.reasons
        if reason.status == "no" and reason.code not in NOT_STOPPING
    ]
