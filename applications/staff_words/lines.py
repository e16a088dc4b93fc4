"""What the pages of staff show of a dossier: a line told, a line that changed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """One line that the applicant told; `warning` is what an agent should look at, `proof` where
    a figure comes from and who verified it."""

    label: str
    value: str
    warning: str = ""
    proof: str = ""


@dataclass(frozen=True)
class Change:
    """A line that is no longer what it was; an empty text where there was, or is, no line.
    `warning`: what an agent should look at in the new one."""

    label: str
    before: str
    after: str
    warning: str = ""
