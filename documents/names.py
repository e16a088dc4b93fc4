"""Names as documents print them: capital letters, no accent, sometimes cut."""

import re

from alin.kit.latin import folded

# The room that the specifications of 2D-Doc leave for a declarant: what exceeds is cut.
_PRINTED_AT_MOST = 38
# N'Guessan is printed NGUESSAN, Marie-Claire MARIECLAIRE: or the reverse.
_JOINTS = re.compile(r"(?<=\w)['’‘ʼ‐‑-](?=\w)")


def _spellings(text: str) -> tuple[list[str], list[str]]:
    """Its words, with apostrophes and hyphens between words, then within them."""
    return folded(_JOINTS.sub(" ", text)).split(), folded(_JOINTS.sub("", text)).split()


def same_person(printed: str, *, first_name: str, last_name: str) -> bool:
    """Whether a printed name is that of somebody: every word of the surname, and the first word
    of the given names. A first name alone, or a surname alone, is anybody's: nobody's here."""
    apart, joined = _spellings(printed)
    if not (apart and folded(first_name) and folded(last_name)):
        return False
    words = {*apart, *joined}
    cut = (apart[-1], joined[-1]) if len(printed) >= _PRINTED_AT_MOST else ()

    def is_printed(wanted: list[str]) -> bool:
        return all(word in words or (bool(cut) and word.startswith(cut)) for word in wanted)

    return any(map(is_printed, _spellings(last_name))) and any(
        is_printed(given[:1]) for given in _spellings(first_name)
    )


def holds_name(text: str, name: str) -> bool:
    """Whether the words of a name are, in a row, in a text."""
    texts = [f" {' '.join(words)} " for words in _spellings(text)]
    names = [f" {' '.join(words)} " for words in _spellings(name)]
    return any(each in whole for whole in texts for each in names)
