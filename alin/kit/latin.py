"""Letters as a register, a printer or a poor font knows them: A to Z, without what they wear."""

import re
import unicodedata

# What Unicode does not take apart and calls by a name of its own.
_SPELLED = {"Æ": "AE", "Œ": "OE", "Þ": "TH", "Ð": "D", "ẞ": "SS", "ß": "ss"}
_SPELLED |= {letter.lower(): plain.lower() for letter, plain in _SPELLED.items()}


def plain(letter: str) -> str:
    """`é` → "e", `ł` → "l", `Æ` → "AE"; empty for what is no Latin letter."""
    if spelled := _SPELLED.get(letter):
        return spelled
    if taken_apart := unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode():
        return taken_apart
    base = re.match("LATIN (CAPITAL|SMALL) LETTER ([A-Z]) WITH", unicodedata.name(letter, ""))
    if base is None:
        return ""
    return base[2] if base[1] == "CAPITAL" else base[2].lower()


def folded(text: str) -> str:
    """In capital letters without accents, words apart by one space."""
    ascii_only = re.sub(r"[^\x00-\x7f]", lambda found: plain(found[0]), text)
    return " ".join(re.findall(r"[A-Z]+", ascii_only.upper()))
