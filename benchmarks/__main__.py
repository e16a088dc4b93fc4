"""`./bench`: what the portal costs next to the bare statement, in one run."""

import argparse
import time
from itertools import chain

from .measure import ROUNDS
from .scratch import scratch_database
from .sizes import FULL, SMALL, TRIAL


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="./bench",
        description="Mesure le portail sur des dossiers fictifs, dans une base qui n'existe que le"
        " temps de la mesure. Des rapports entre deux façons de faire, pas des millisecondes.",
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="help", help="montre cette aide")
    sizes = parser.add_mutually_exclusive_group()
    sizes.set_defaults(size=SMALL)
    sizes.add_argument(
        "--full", dest="size", action="store_const", const=FULL,
        help=f"les tailles des objectifs : {FULL.needs}",
    )  # fmt: skip
    sizes.add_argument(
        "--trial", dest="size", action="store_const", const=TRIAL,
        help="presque rien : pour voir que tout fonctionne, sans juger les rapports",
    )  # fmt: skip
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument(
        "--homes", action="store_true", help="les objectifs 4 à 8 et 11 seulement : les logements"
    )
    parts.add_argument(
        "--file", action="store_true", help="seulement un fichier de parc, avec des erreurs"
    )
    asked = parser.parse_args()
    size = asked.size
    print(f"Il faut {size.needs}. {ROUNDS} tours alternés, médianes.", flush=True)
    began = time.monotonic()
    missed = 0
    with scratch_database():
        # The models need the settings, which the scratch database makes.
        from . import matching, search, stock_file
        from .rights import Finding, measure

        print(f"{'':66} {'portail':>9} {'repère':>9} {'rapport':>8}  objectif")
        rights = () if asked.homes or asked.file else measure(size.dossiers)
        # Of a landlord alone in the country: apart from the others.
        file = stock_file.measure(size.file_lines) if asked.file else ()
        homes = () if asked.file else chain(search.measure(size), matching.measure(size))
        for found in chain(file, rights, homes):
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
    if missed and size is not TRIAL:
        raise SystemExit(f"Objectifs manqués : {missed}.")


if __name__ == "__main__":
    main()
