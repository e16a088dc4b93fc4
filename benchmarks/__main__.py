"""`./bench`: what the portal costs next to the bare statement, in one run."""

import argparse
import time
from itertools import chain

from .measure import ROUNDS
from .scratch import scratch_database

# Dossiers, and what a run of them needs.
SMALL = ([10_000, 100_000], "300 Mo de disque et moins d'une minute")
FULL = ([10_000, 100_000, 3_000_000], "3 Go de disque et cinq à dix minutes")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="./bench",
        description="Mesure le portail sur des dossiers fictifs, dans une base qui n'existe que le"
        " temps de la mesure. Des rapports entre deux façons de faire, pas des millisecondes.",
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="help", help="montre cette aide")
    parser.add_argument(
        "--full", action="store_true", help=f"les tailles des objectifs : {FULL[1]}"
    )
    parser.add_argument(
        "--homes", action="store_true", help="les objectifs 4 à 8 et 11 seulement : les logements"
    )
    asked = parser.parse_args()
    full = asked.full
    sizes, needs = FULL if full else SMALL
    print(f"Il faut {needs}. {ROUNDS} tours alternés, médianes.", flush=True)
    began = time.monotonic()
    missed = 0
    with scratch_database():
        # The models need the settings, which the scratch database makes.
        from . import matching, search
        from .rights import Finding, measure

        print(f"{'':66} {'portail':>9} {'repère':>9} {'rapport':>8}  objectif")
        rights = () if asked.homes else measure(sizes)
        for found in chain(rights, search.measure(full), matching.measure(full)):
            if isinstance(found, Finding):
                missed += not found.holds
                print(
                    f"{found.what:66} {found.ours_seconds:8.3f}s {found.reference_seconds:8.3f}s"
                    f" {found.ratio:8.2f}  {found.verdict}",
                    flush=True,
                )
            else:
                print(found, flush=True)
    print(f"Terminé en {time.monotonic() - began:.0f} s.")
    if missed:
        raise SystemExit(f"Objectifs manqués : {missed}.")


if __name__ == "__main__":
    main()
