from datetime import date
from pathlib import Path

from alin.embedded.world import fingerprint, warnings

BUILT = {"date": "2026-11-01", "sources": "abc"}


def test_a_fresh_world_says_nothing() -> None:
    assert warnings(BUILT, today=date(2026, 11, 15), sources="abc") == []


def test_a_world_older_than_fourteen_days_says_so() -> None:
    assert warnings(BUILT, today=date(2026, 11, 16), sources="abc") == [
        "Le monde de démonstration date du 01/11/2026 : ses offres et ses échéances ont "
        "vieilli. « ./demo --neuf » le reconstruit à la date d'aujourd'hui."
    ]


def test_a_world_of_other_sources_says_so() -> None:
    assert warnings(BUILT, today=date(2026, 11, 1), sources="def") == [
        "Le monde de démonstration vient d'une autre version du portail. "
        "« ./demo --neuf » le reconstruit."
    ]


def test_the_fingerprint_follows_the_sources(tmp_path: Path) -> None:
    source = tmp_path / "territory" / "data" / "communes.csv"
    source.parent.mkdir(parents=True)
    source.write_text("Ambérieu")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    source.write_text("Annecy")
    assert fingerprint(tmp_path) != before
