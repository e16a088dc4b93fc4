"""Which highest rent counts: what the convention of the home says, or the avis of the year."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from alin.kit import clock
from listings import services
from listings.models import Dwelling, Offer, RentCeiling
from listings.queries.landlord import rent_verdict
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def dwelling(cast: SimpleNamespace) -> Dwelling:
    """62.5 m², where the avis gives 7 × 0.77 × 82.5 = 444.68 € for PLUS, and the decree
    12 × 62.5 × (0.7 + 19 / 62.5 = 1.00) = 750 € for LLI."""
    residence = f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    for funding, zoning, eur, surface in (
        ("PLUS", "123", 7, "surface_utile"),
        ("LLI", "abc", 12, "surface_fiscale"),
    ):
        commune = residence.commune
        RentCeiling.objects.create(
            year=clock.today().year,
            funding=funding,
            zoning=zoning,
            zone=commune.zone_123 if zoning == "123" else commune.zone_abc,
            eur_m2=Decimal(eur),
            surface=surface,
            source="essai",
        )
    made: Any = f.DwellingFactory(residence=residence, reference="A-1", furnished=True)
    return made


def told(dwelling: Dwelling, rent: str, agreed: str | None, **offer: Any) -> tuple[str, str]:
    dwelling.convention_max_rent = None if agreed is None else Decimal(agreed)
    verdict = rent_verdict(f.OfferFactory.build(dwelling=dwelling, rent=Decimal(rent), **offer))
    return verdict.status, verdict.sentence.replace("\u00a0", " ")


LLI = {"kind": "intermediate", "funding": "LLI"}
YOUNG = {"programme": "young_workers"}
BY_THE_CONVENTION = "le maximum de {} € de la convention du logement"


@pytest.mark.parametrize(
    ("rent", "agreed", "offer", "status", "said"),
    [
        ("444.68", None, {}, "within", "respecte le plafond de 444,68 € (avis loyers "),
        ("444.69", None, {}, "over", "notez son loyer maximum sur la page du logement"),
        # Signed earlier, indexed since: above the avis of the year.
        ("480.00", "480.00", {}, "within", BY_THE_CONVENTION.format("480,00")),
        ("480.01", "480.00", {}, "over", BY_THE_CONVENTION.format("480,00")),
        # Or below: the avis does not raise what was agreed.
        ("430.00", "420.00", {}, "over", BY_THE_CONVENTION.format("420,00")),
        # The decree binds whatever was agreed; a lower agreement binds too.
        ("750.00", "800.00", LLI, "within", "750,00 € (logement intermédiaire, "),
        ("750.01", "800.00", LLI, "over", "750,00 € (logement intermédiaire, "),
        ("710.00", "700.00", LLI, "over", BY_THE_CONVENTION.format("700,00")),
        # A foyer has a redevance, rent and charges (75 €) together.
        ("500.00", None, YOUNG, "unknown", "une redevance par type de logement"),
        ("500.00", None, {"programme": "students"}, "unknown", "article L633-1 du CCH"),
        ("500.00", "575.00", YOUNG, "within", "575,00 €, respectent la redevance maximum"),
        ("500.00", "574.99", YOUNG, "unknown", "vérifiez que le reste paie des services"),
        ("500.00", "499.99", YOUNG, "over", "dépasse de 0,01 € la redevance maximum"),
    ],
)
def test_which_highest_rent_counts(
    dwelling: Dwelling, rent: str, agreed: str | None, offer: dict[str, Any], status: str, said: str
) -> None:
    was, sentence = told(dwelling, rent, agreed, **offer)
    assert was == status
    assert said in sentence


def test_the_advice_of_an_intermediate_home_is_not_a_convention(dwelling: Dwelling) -> None:
    assert "convention" not in told(dwelling, "750.01", None, **LLI)[1]


def test_a_residence_is_published_at_its_redevance(
    cast: SimpleNamespace, dwelling: Dwelling
) -> None:
    offer = f.OfferFactory(
        dwelling=dwelling, programme="young_workers", rent=Decimal(520), published_at=None
    )
    services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)
    offer.refresh_from_db()
    assert offer.published_at is not None


def test_the_page_of_a_home_takes_what_its_convention_says(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    client, page = login(cast.claire), reverse("dwelling_edit", args=[dwelling.public_id])
    typed = {
        "reference": "A-1", "kind": "flat", "rooms": "3", "surface_m2": "62,5", "floor": "2",
        "furnished": "on", "version": "1",
    }  # fmt: skip
    refused = client.post(page, typed | {"convention_max_rent": "0"})
    assert refused.status_code == 422
    assert "Ce loyer maximum est positif" in refused.content.decode()
    client.post(page, typed | {"convention_max_rent": "480,50 €"})
    dwelling.refresh_from_db()
    assert dwelling.convention_max_rent == Decimal("480.50")
    assert "480,50" in client.get(reverse("dwelling", args=[dwelling.public_id])).content.decode()
    offer = f.OfferFactory(dwelling=dwelling, rent=Decimal(480), published_at=None)
    preview = client.get(reverse("offer_preview", args=[offer.public_id])).content.decode()
    assert "respecte le maximum de 480,50\u00a0€ de la convention" in preview


def test_a_file_takes_it_with_the_rent_that_it_allows(
    cast: SimpleNamespace, dwelling: Dwelling
) -> None:
    offer = f.OfferFactory(dwelling=dwelling)

    def sent(agreed: str, rent: str) -> Any:
        lines = f"residence;logement;loyer_max_convention;loyer\r\nTIL-01;A-1;{agreed};{rent}"
        return services.send_import(actor=cast.as_claire, name="p.csv", content=lines.encode())

    assert "dépasse de" in sent("", "480").lines.get().reasons[0]
    batch = sent("480", "480")
    assert batch.lines.get().changes == [
        ["Loyer maximum de la convention", "rien", "480,00\u00a0€"],
        ["Loyer hors charges", "412,40\u00a0€", "480,00\u00a0€"],
        ["Dépôt de garantie", "412,40\u00a0€", "480,00\u00a0€"],
    ]
    services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=False)
    offer.refresh_from_db()
    assert (offer.rent, offer.dwelling.convention_max_rent) == (Decimal(480), Decimal(480))
    # The rent that stands on it keeps it.
    (said,) = sent("aucun", "").lines.get().reasons
    assert "Baissez d'abord le loyer de l'offre publiée." in said


def test_what_a_rent_stands_on_is_not_taken_away(cast: SimpleNamespace, dwelling: Dwelling) -> None:
    Dwelling.objects.update(convention_max_rent=Decimal(480))
    f.OfferFactory(dwelling=dwelling, rent=Decimal(480))

    def agree(most: Decimal | None) -> None:
        services.update_dwelling(
            actor=cast.as_claire,
            dwelling=dwelling,
            changes={"convention_max_rent": most},
            expected_version=Dwelling.objects.get().version,
        )

    for most in (None, Decimal("479.99")):
        with pytest.raises(ValidationError) as refused:
            agree(most)
        assert list(refused.value.message_dict) == ["convention_max_rent"]
    agree(Decimal(490))
    assert Offer.objects.get().rent == Decimal(480)
