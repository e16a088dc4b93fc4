"""What the agent's screen puts beside each kind of piece: the declared fact that it supports."""

import html
import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import Dossier, HouseholdMember, RecentIncome, TaxIncome
from documents.models import Piece, PieceKind
from tests import factories as f

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]

NOUR, LILA, BABY, OMAR, WHOLE = "Nour Aït", "Lila Aït", "Bébé", "Omar Aït", "Amina Benali"
BORN = ("Date de naissance", "4 mai 1988")
HOME = [("Logement actuel", "Locataire d'un logement privé"), ("Y vit depuis", "1er mars 2019")]
PEOPLE = (
    "Foyer déclaré",
    "Nour Aït (époux ou épouse, partenaire de PACS), Lila Aït (enfant), Bébé (enfant), "
    "Omar Aït (enfant)",
)
APART = ("Séparation déclarée", "Plainte déposée")
WORK = ("Situation professionnelle", "Salarié du secteur privé (non agricole)")
MONEY = [
    WORK,
    ("Ressources des douze derniers mois", "19 800 €, déclaré le 2 octobre 2026"),
    ("Ressources par mois", "1 650 €, déclaré le 3 octobre 2026"),
]
REASONS = (
    "Expulsion décidée ou annoncée, Congé donné par le propriétaire, Logement dangereux, insalubre "
    "ou non décent, Besoin d'un lieu sûr"
)
FRESH = ("Ancienneté admise", "3 mois")

# Written by hand: whose piece, then what an agent must find beside it.
EXPECTED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "identite": (WHOLE, [BORN]),
    "identite-adulte": (
        NOUR,
        [
            ("Date de naissance", "9 juin 1990"),
            ("Lien déclaré", "époux ou épouse, partenaire de PACS"),
        ],
    ),
    "filiation": (LILA, [("Date de naissance", "7 juillet 2016"), ("Lien déclaré", "enfant")]),
    "tutelle": (WHOLE, [BORN, ("Dans le dossier", "rien n'est déclaré sur ce point")]),
    "avis-imposition": (WHOLE, [("Revenu fiscal de référence 2024", "21 000 €")]),
    "union": (WHOLE, [PEOPLE]),
    "divorce": (WHOLE, [APART, PEOPLE]),
    "rupture-pacs": (WHOLE, [APART, PEOPLE]),
    "ordonnance-protection": (WHOLE, [APART, PEOPLE]),
    "grossesse": (BABY, [("Enfant à naître", "déclaré"), PEOPLE]),
    "garde": (
        LILA,
        [("Date de naissance", "7 juillet 2016"), ("Garde déclarée", "garde alternée"), PEOPLE],
    ),
    "livret-enfant-majeur": (
        OMAR,
        [("Date de naissance", "5 avril 2004"), ("Lien déclaré", "enfant"), PEOPLE],
    ),
    "salaire": (WHOLE, [("Employeur", "Boulangerie du Port"), *MONEY, FRESH]),
    "independant": (WHOLE, MONEY),
    "retraite": (WHOLE, MONEY),
    # Of somebody else, what that person has: the dossier tells the work of the applicant alone.
    "chomage": (
        NOUR,
        [
            ("Ressources des douze derniers mois", "pas encore déclaré"),
            ("Ressources par mois", "930 €, déclaré le 4 octobre 2026"),
            FRESH,
        ],
    ),
    "prestations": (WHOLE, [*MONEY, FRESH]),
    "etudes": (WHOLE, MONEY),
    "bail": (WHOLE, [*HOME, ("Loyer déclaré", "640 €"), FRESH]),
    "hebergeant": (WHOLE, HOME),
    "centre-hebergement": (WHOLE, HOME),
    "domiciliation": (WHOLE, HOME),
    "taxe-fonciere": (WHOLE, HOME),
    "insalubrite": (
        WHOLE,
        [("Raison déclarée", "Logement dangereux, insalubre ou non décent"), *HOME],
    ),
    "conge": (WHOLE, [("Raison déclarée", "Congé donné par le propriétaire"), *HOME]),
    "expulsion": (WHOLE, [("Raison déclarée", "Expulsion décidée ou annoncée"), *HOME]),
    "violences": (WHOLE, [("Raison déclarée", "Besoin d'un lieu sûr"), APART]),
    "handicap": (NOUR, [("Carte mobilité inclusion, mention invalidité", "déclarée")]),
    "besoins-handicap": (
        WHOLE,
        [("Raison déclarée", "pas déclaré"), ("Logement accessible", "souhaité")],
    ),
    "rapport-social": (WHOLE, [("Raisons de la demande", REASONS)]),
    "lettre-employeur": (
        WHOLE,
        [("Employeur", "Boulangerie du Port"), WORK, ("Raisons de la demande", REASONS)],
    ),
}


@pytest.fixture
def declared(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    """Amina declared something of everything; what one kind would misread is there too."""
    f.submitted(cast.amina, f.offer_of(cast.lac))
    Dossier.objects.filter(applicant=cast.amina).update(
        housing_status="private_tenant",
        housing_since=date(2019, 3, 1),
        housing_rent_eur=640,
        separation_ground="complaint",
        reasons=["eviction", "notice", "unfit", "safety"],
        wish_accessible=True,
    )
    cast.dossier = Dossier.objects.get(applicant=cast.amina)
    people = [
        (NOUR, {"link": "spouse", "birth_date": date(1990, 6, 9), "disabled": True}),
        (LILA, {"link": "child", "birth_date": date(2016, 7, 7), "custody": "alternating"}),
        (BABY, {"link": "child", "expected": True}),
        (OMAR, {"link": "child", "birth_date": date(2004, 4, 5), "custody": "full"}),
    ]
    cast.members = {WHOLE: None}
    for name, told in people:
        first, _space, last = name.partition(" ")
        cast.members[name] = HouseholdMember.objects.create(
            dossier=cast.dossier, first_name=first, last_name=last, **told
        )
    for name, kind, amount, day in (
        (WHOLE, "12_months", 19_800, 2),
        (WHOLE, "monthly", 1_650, 3),
        (NOUR, "monthly", 930, 4),
    ):
        RecentIncome.objects.create(
            dossier=cast.dossier, member=cast.members[name], kind=kind, amount_eur=amount,
            told_on=date(2026, 10, day),
        )  # fmt: skip
    TaxIncome.objects.filter(dossier=cast.dossier).update(year=2024)
    return cast


def shown(client: Client, piece: Piece) -> list[tuple[str, str]]:
    page = client.get(f"/bailleur/pieces/{piece.public_id}/").content.decode()
    told = page[page.index('id="dit"') : page.index("</section>", page.index('id="dit"'))]
    rows = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", told, re.S)
    plain = [[html.unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in row] for row in rows]
    return [(key, " ".join(value.split())) for key, value in plain]


def test_each_kind_of_the_list_shows_the_fact_that_it_supports(
    declared: SimpleNamespace, login: Enter
) -> None:
    kinds = set(PieceKind.objects.exclude(level="forbidden").values_list("code", flat=True))
    assert set(EXPECTED) == kinds
    client = login(declared.claire)
    found = {}
    for code, (whose, _rows) in EXPECTED.items():
        piece = f.clean_file(declared.amina, code).piece
        year = 2024 if code == "avis-imposition" else None
        Piece.objects.filter(pk=piece.pk).update(member=declared.members[whose], year=year)
        found[code] = shown(client, piece)
    assert found == {code: [("Personne", whose), *rows] for code, (whose, rows) in EXPECTED.items()}
