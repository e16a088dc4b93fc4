"""The 2D-Doc seal of official documents: what it says, and whether the State vouches for it.

No database here. `code.parsed` takes a code apart, `chain.Chain` verifies its signature with
the certificates of a trust list, `facts.facts_of` keeps the few fields that serve the person."""

from .chain import Chain, ChainFault, Issuer, Verdict, from_pem, read_chain, shipped
from .code import SealCode, parsed
from .facts import Facts, SealKind, facts_of, kind_of, may_seal

__all__ = [
    "Chain",
    "ChainFault",
    "Facts",
    "Issuer",
    "SealCode",
    "SealKind",
    "Verdict",
    "facts_of",
    "from_pem",
    "kind_of",
    "may_seal",
    "parsed",
    "read_chain",
    "shipped",
]
