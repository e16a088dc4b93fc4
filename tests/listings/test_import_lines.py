"""What a file says of residences, and of many homes at once; what its preview refuses."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from alin.kit import clock
from alin.kit.journal import verify_chain
from alin.kit.models import JournalEntry
from listings import services
from listings.models import Dwelling, Offer, OfferRevision, Residence, StockImport
from tests import factories as f
from tests.territory.factories import DepartementFactory

pytestmark = pytest.mark.django_db
NEW = "residence;logement;type;pieces;surface;etage;adresse;commune;etages_residence;ascenseur"


@pytest.fixture
def home(cast: SimpleNamespace) -> Residence:
    made: Any = f.ResidenceFactory(organisation=cast.lac, reference="TIL-01", storeys=4)
    return made


def sent(cast: SimpleNamespace, *lines: str) -> StockImport:
    content = "\r\n".join(lines).encode()
    return services.send_import(actor=cast.as_claire, name="parc.csv", content=content)


def seen(batch: StockImport) -> list[tuple[int, str]]:
    return list(batch.lines.order_by("number").values_list("number", "outcome"))


def reasons(batch: StockImport) -> list[str]:
    lines = batch.lines.order_by("number").values_list("reasons", flat=True)
    return [reason for reasons in lines for reason in reasons]


def applied(cast: SimpleNamespace, batch: StockImport, without_refused: bool = False) -> str:
    done = services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=without_refused)
    return done.refusal or done.state


# --- residences ------------------------------------------------------------------------------


def test_lines_make_the_residence_that_they_describe(
    cast: SimpleNamespace, home: Residence
) -> None:
    """The second line rests on what the first says of the storeys; the third says nothing new."""
    commune = home.commune
    batch = sent(
        cast,
        NEW,
        f"ORM-1;A-1;appartement;3;62;0;3 rue des Ormes;{commune.name};8;oui",
        "ORM-1;A-2;appartement;2;41;8;;;;",
        "orm-1;A-3;appartement;2;41;1;3 rue des Ormes;;8;",
    )
    assert (seen(batch), reasons(batch)) == ([(2, "created"), (3, "created"), (4, "created")], [])
    told = ["Résidence", "rien", f"nouvelle : ORM-1, {commune.name} ({commune.departement_id})"]
    assert batch.lines.get(number=3).changes == [told]
    assert Residence.objects.count() == 1
    assert applied(cast, batch) == "applied"
    made = Residence.objects.get(reference="ORM-1")
    assert (made.name, made.address, made.commune, made.storeys, made.lift) == (
        "ORM-1",
        "3 rue des Ormes",
        commune,
        8,
        True,
    )
    assert sorted(made.dwellings.values_list("reference", flat=True)) == ["A-1", "A-2", "A-3"]
    assert JournalEntry.objects.get(chain=f"residence:{made.public_id}").event == "created"


def test_a_residence_that_nobody_describes_is_a_mistake(
    cast: SimpleNamespace, home: Residence
) -> None:
    batch = sent(cast, NEW, "TIL-10;A-1;appartement;3;62;0;;;;oui")
    assert reasons(batch) == [
        "Aucune de vos résidences n'a « TIL-10 » pour référence ou pour nom. Pour la créer, "
        "donnez au moins son adresse et sa commune."
    ]


def test_lines_that_contradict_each_other(cast: SimpleNamespace, home: Residence) -> None:
    f.DwellingFactory(residence=home, reference="A-1")
    batch = sent(
        cast,
        "residence;logement;ascenseur;etage;type;pieces;surface",
        "TIL-01;A-1;non;;;;",
        "TIL-01;A-2;oui;1;maison;2;40",
    )
    assert seen(batch) == [(2, "changed"), (3, "refused")]
    assert reasons(batch) == [
        "ascenseur : « oui » ici, « non » ligne 2. Dites la même chose à chaque ligne de la "
        "résidence, ou une seule fois."
    ]
    assert batch.lines.get(number=2).changes == [["Résidence, ascenseur", "oui", "non"]]
    assert applied(cast, batch, without_refused=True) == "applied"
    home.refresh_from_db()
    assert (home.lift, home.version) == (False, 2)


def test_a_residence_changes_once_and_tells_its_published_offers(
    cast: SimpleNamespace, home: Residence
) -> None:
    """Both lines say so; each offer keeps what its home said, and one rent changes with it."""
    offers = [
        f.OfferFactory(
            dwelling=f.DwellingFactory(residence=home, reference=name),
            rent=Decimal(400),
            deposit=Decimal(400),
        )
        for name in ("A-1", "A-2")
    ]
    batch = sent(
        cast, "residence;logement;ascenseur;loyer", "TIL-01;A-1;non;390", "TIL-01;A-2;non;400"
    )
    assert seen(batch) == [(2, "changed"), (3, "changed")]
    assert applied(cast, batch) == "applied"
    home.refresh_from_db()
    assert (home.lift, home.version) == (False, 2)
    before = [
        list(each.revisions.order_by("version").values_list("before", flat=True)) for each in offers
    ]
    assert before == [
        [{"rent": "400.00", "deposit": "400.00"}, {"residence.lift": True}],
        [{"residence.lift": True}],
    ]


def test_homonyms_are_named_and_a_postal_code_tells_them_apart(
    cast: SimpleNamespace, home: Residence
) -> None:
    for code, postal in (("93066", "93200"), ("97411", "97400")):
        f.CommuneFactory(
            insee_code=code,
            name="Saint-Denis",
            departement=DepartementFactory(code=code[: 3 if code[:2] == "97" else 2]),
            postal_codes=[postal],
        )
    line = "D-1;A-1;maison;3;62;0;1 rue du Port;Saint-Denis;0;non"
    assert reasons(sent(cast, NEW, line)) == [
        "Résidence, Commune : Écrivez l'une de celles-ci : Saint-Denis (93) ; Saint-Denis (974)."
    ]
    batch = sent(cast, f"{NEW};code_postal", f"{line};97400")
    assert applied(cast, batch) == "applied"
    assert Residence.objects.get(reference="D-1").commune_id == "97411"


# --- what the preview refuses ----------------------------------------------------------------


def _rooms(cast: SimpleNamespace, offer: Offer) -> object:
    return services.update_dwelling(
        actor=cast.as_claire, dwelling=offer.dwelling, changes={"rooms": 5}, expected_version=1
    )


def _smaller(cast: SimpleNamespace, offer: Offer) -> object:
    return services.update_dwelling(
        actor=cast.as_claire,
        dwelling=offer.dwelling,
        changes={"surface_m2": Decimal(20)},
        expected_version=1,
    )


def _elsewhere(cast: SimpleNamespace, offer: Offer) -> object:
    return services.update_residence(
        actor=cast.as_claire,
        residence=offer.dwelling.residence,
        changes={"commune": f.CommuneFactory(insee_code="69029", name="Bron")},
        expected_version=1,
    )


def _offer_edit(**changes: Any) -> Callable[[SimpleNamespace, Offer], object]:
    return lambda cast, offer: services.update_offer(
        actor=cast.as_claire, offer=offer, changes=changes, expected_version=1
    )


REFUSED: list[tuple[str, str, Callable[[SimpleNamespace, Offer], object], str]] = [
    ("pieces", "5", _rooms, "Des candidats ont postulé pour ce logement tel qu'il est publié"),
    ("surface", "20", _smaller, "Baissez d'abord le loyer de l'offre publiée."),
    ("commune", "Bron", _elsewhere, "sa commune décide des plafonds, elle ne change pas."),
    (
        "charges",
        "400",
        _offer_edit(charges=Decimal(400)),
        "ce montant peut baisser, pas augmenter.",
    ),
    (
        "age_max",
        "30",
        _offer_edit(max_age=30),
        "Des candidats ont postulé : cette condition ne peut plus en exclure.",
    ),
    (
        "salaries_seulement",
        "oui",
        _offer_edit(employees_only=True),
        "Des candidats ont postulé : cette condition ne peut plus en exclure.",
    ),
    (
        "type_offre",
        "résidence étudiante",
        _offer_edit(programme="students"),
        "Des candidats ont postulé pour « logement familial » : cela ne change plus.",
    ),
]


@pytest.mark.parametrize(
    ("column", "typed", "verb", "why"), REFUSED, ids=[each[0] for each in REFUSED]
)
def test_the_preview_says_what_the_verb_says(
    cast: SimpleNamespace,
    home: Residence,
    column: str,
    typed: str,
    verb: Callable[[SimpleNamespace, Offer], object],
    why: str,
) -> None:
    """Two homes are published and somebody applied to the first: its line alone is refused, in
    the words of the page, and the other, that the same file makes cheaper, is saved."""
    f.rent_ceiling(home.commune, "7")
    offers: list[Any] = [
        f.OfferFactory(
            dwelling=f.DwellingFactory(residence=home, reference=name, rooms=3),
            rent=Decimal(400),
            deposit=Decimal(400),
        )
        for name in ("A-1", "A-2")
    ]
    f.submitted(cast.amina, offers[0])
    with pytest.raises(ValidationError) as refused:
        verb(cast, offers[0])
    (sentence,) = refused.value.messages
    assert why in sentence
    batch = sent(
        cast,
        f"residence;logement;{column};loyer;depot",
        f"TIL-01;A-1;{typed};;",
        "TIL-01;A-2;;390;390",
    )
    assert seen(batch) == [(2, "refused"), (3, "changed")]
    assert [each.endswith(sentence) for each in reasons(batch)] == [True]
    assert applied(cast, batch, without_refused=True) == "applied"
    assert [each.version for each in Offer.objects.order_by("pk")] == [1, 2]


def test_what_only_the_database_refuses_is_found_among_many(
    cast: SimpleNamespace, home: Residence
) -> None:
    """Of a commune whose town hall nobody knows, no point is too far: that a residence stands in
    the Atlantic is known to the database, which names no line."""
    commune = f.CommuneFactory(
        insee_code="69999",
        name="Perdue",
        latitude=None,
        longitude=None,
        departement=home.commune.departement,
    )
    lines = [
        f"R-{n};A-1;maison;3;62;0;1 rue;{commune.name};0;non;{latitude};4,8"
        for n, latitude in enumerate(["45,7", "45,7", "10", "45,7", "45,7"])
    ]
    batch = sent(cast, f"{NEW};latitude;longitude", *lines)
    assert [number for number, outcome in seen(batch) if outcome == "refused"] == [4]
    assert reasons(batch) == [
        "La latitude et la longitude vont ensemble, et désignent un point de France : par exemple "
        "45,8992 et 6,1294."
    ]
    assert applied(cast, batch, without_refused=True) == "applied"
    assert Residence.objects.filter(commune=commune).count() == 4


def _archive(cast: SimpleNamespace, offer: Offer) -> None:
    services.archive_offer(actor=cast.as_chloe, offer=offer)


def _same_rent(cast: SimpleNamespace, offer: Offer) -> None:
    services.update_offer(
        actor=cast.as_chloe,
        offer=offer,
        changes={"rent": Decimal(395), "deposit": Decimal(395)},
        expected_version=1,
    )


@pytest.mark.parametrize("meanwhile", [_archive, _same_rent])
def test_what_happened_meanwhile_stops_the_whole_file(
    cast: SimpleNamespace, home: Residence, meanwhile: Callable[[SimpleNamespace, Offer], None]
) -> None:
    """The rent of an offer put away since would begin another; that of an offer that changed would
    undo the change unseen."""
    offer: Any = f.OfferFactory(
        dwelling=f.DwellingFactory(residence=home, reference="A-1"),
        rent=Decimal(400),
        deposit=Decimal(400),
        published_at=None,
    )
    batch = sent(cast, "residence;logement;loyer;financement", "TIL-01;A-1;390;PLUS")
    assert seen(batch) == [(2, "changed")]
    meanwhile(cast, offer)
    assert applied(cast, batch) == (
        "Rien n'a été enregistré. Ligne 2 : ce logement ou son offre a changé depuis la "
        "vérification. Renvoyez le fichier."
    )
    assert [each.rent for each in Offer.objects.all()] == [
        Decimal(395) if meanwhile is _same_rent else Decimal(400)
    ]


# --- many lines ------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [2, 30])
def test_changed_lines_are_written_together_with_their_history(
    cast: SimpleNamespace, home: Residence, django_assert_num_queries: Any, lines: int
) -> None:
    """Every other offer is published. As many statements for thirty lines as for two."""
    for n in range(lines):
        dwelling = f.DwellingFactory(residence=home, reference=f"A-{n}", dpe="E")
        f.OfferFactory(
            dwelling=dwelling,
            rent=Decimal(400),
            deposit=Decimal(400),
            published_at=clock.now() - timedelta(days=1) if n % 2 else None,
        )
    batch = sent(
        cast,
        "residence;logement;loyer;dpe",
        *[f"TIL-01;A-{n};{390 - n};C" for n in range(lines)],
    )
    assert {outcome for _number, outcome in seen(batch)} == {"changed"}
    with django_assert_num_queries(68):
        assert applied(cast, batch) == "applied"
    assert Dwelling.objects.filter(dpe="C", version=2).count() == lines
    rents = Offer.objects.order_by("dwelling__pk").values_list("rent", "deposit")
    assert list(rents) == [(Decimal(390 - n), Decimal(390 - n)) for n in range(lines)]
    drafts = Offer.objects.filter(published_at=None)
    assert not OfferRevision.objects.filter(offer__in=drafts).exists()
    for offer in Offer.objects.filter(published_at__isnull=False):
        assert offer.version == 3
        assert list(offer.revisions.order_by("version").values_list("version", "before")) == [
            (1, {"rent": "400.00", "deposit": "400.00"}),
            (2, {"dwelling.dpe": "E"}),
        ]
        chain = JournalEntry.objects.filter(chain=f"offer:{offer.public_id}").order_by("sequence")
        assert [(each.event, each.user_id) for each in chain] == [
            ("changed", cast.claire.pk),
            ("home_changed", cast.claire.pk),
        ]
        assert verify_chain(chain) is None
