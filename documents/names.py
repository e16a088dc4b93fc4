"""Names as documents print them: capital letters, no accent, sometimes cut."""

import re
import unicodedata

# The room that the specifications of 2D-Doc leave for a declarant: what exceeds is cut.
_PRINTED_AT_MOST = 38


def folded(text: str) -> str:
    """In capital letters without accents, words apart by one space."""
    text = text.upper().replace("Œ", "OE").replace("Æ", "AE")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[A-Z]+", plain))


def same_person(printed: str, *, first_name: str, last_name: str) -> bool:
    """Whether a printed name is that of somebody: every word of the surname, and the first word
    of the given names. A name that says nothing is nobody's."""
    words = folded(printed).split()
    wanted = [*folded(last_name).split(), *folded(first_name).split()[:1]]
    if not words or not wanted:
        return False
    cut = words[-1] if len(printed) >= _PRINTED_AT_MOST else ""
    return all(word in words or bool(cut and word.startswith(cut)) for word in wanted)


def holds_name(text: str, name: str) -> bool:
    """Whether the words of a name are, in a row, in a folded text."""
    return f" {name} " in f" {text} "
