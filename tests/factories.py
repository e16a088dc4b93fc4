"""The people and things of every test.

The cast: Amina and Bruno apply; Claire works for the landlord Habitat du Lac, Chloé manages it;
David works for Logis d'Oc and must see nothing of the Lac; Estelle presides the Lac's commission,
Hugo sits there for the tenants; Farid operates the platform; Gaëlle works for a réservataire.
"""

import io
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image

from accounts import services as accounts
from accounts.models import (
    CoApplicant,
    CoApplicantInvitation,
    Dossier,
    Membership,
    Organisation,
    SectionState,
    TaxIncome,
    User,
)
from accounts.queries import active_memberships
from accounts.rules import reference_income_year
from accounts.signals import dossier_changed
from alin.kit import clock
from alin.kit.actor import Actor
from applications import services as applications
from applications.models import Candidacy, PointCheck
from commission.models import Commission, CommissionMember, Session
from commission.queries import sits_on_a_commission
from documents import storage
from documents.models import FileReading, Piece, PieceFile, PieceKind, Seal
from listings import services as listings
from listings.models import Dwelling, Offer, Picture, RentCeiling, Residence
from territory.models import Commune
from tests.territory.factories import CommuneFactory

PASSWORD = "correct cheval batterie agrafe"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        django_get_or_create = ("email",)
        skip_postgeneration_save = True

    first_name = "Amina"
    last_name = "Benali"
    email = factory.LazyAttribute(lambda o: f"{o.first_name.lower()}@example.test")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(obj: User, create: bool, extracted: Any, **kwargs: Any) -> None:
        EmailAddress.objects.get_or_create(
            user=obj, email=obj.email, defaults={"verified": True, "primary": True}
        )


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation
        django_get_or_create = ("name",)

    kind = "bailleur"
    name = "Habitat du Lac"


class ResidenceFactory(factory.django.DjangoModelFactory[Residence]):
    class Meta:
        model = Residence

    organisation = factory.SubFactory(OrganisationFactory)
    name = "Les Tilleuls"
    address = "12 rue du Port"
    commune = factory.SubFactory(CommuneFactory)
    storeys = 4
    lift = True


class DwellingFactory(factory.django.DjangoModelFactory[Dwelling]):
    class Meta:
        model = Dwelling

    residence = factory.SubFactory(ResidenceFactory)
    reference = factory.Sequence(lambda n: f"LAC-{n:04d}")
    kind = "flat"
    rooms = 3
    surface_m2 = Decimal("62.5")
    floor = 2


class OfferFactory(factory.django.DjangoModelFactory[Offer]):
    """An open PLUS offer of Habitat du Lac, that closes in five days."""

    class Meta:
        model = Offer

    dwelling = factory.SubFactory(DwellingFactory)
    organisation = factory.SelfAttribute("dwelling.residence.organisation")
    kind = "social"
    programme = factory.LazyAttribute(lambda o: "mobility" if o.kind == "temporary" else "ordinary")
    funding = "PLUS"
    rent = Decimal("412.40")
    charges = Decimal("75.00")
    deposit = factory.LazyAttribute(
        lambda o: Decimal(0) if o.programme == "mobility" else Decimal("412.40")
    )
    available_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=40))
    opens_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=5))
    closes_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=5))
    published_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=5))


def offer_of(organisation: Organisation, **fields: Any) -> Offer:
    """An offer of a given landlord, in a residence of its own."""
    residence = ResidenceFactory(organisation=organisation)
    # A bail mobilité is furnished: nothing else is let so.
    home = DwellingFactory(residence=residence, furnished=fields.get("kind") == "temporary")
    return OfferFactory(dwelling=home, **fields)


def rent_ceiling(commune: Commune, eur_m2: str) -> RentCeiling:
    """The ceiling of this year of PLUS rents in the zone of a commune, euros a square metre."""
    return RentCeiling.objects.create(
        year=clock.today().year,
        funding="PLUS",
        zoning="123",
        zone=commune.zone_123,
        eur_m2=Decimal(eur_m2),
        surface="surface_utile",
        source="avis loyers",
    )


def photograph(width: int = 800, height: int = 600, colour: str = "olive", **saved: Any) -> bytes:
    """A file as a camera makes it."""
    return encoded(Image.new("RGB", (width, height), colour), **saved)


def encoded(image: Image.Image, **saved: Any) -> bytes:
    output = io.BytesIO()
    image.save(output, saved.pop("format", "JPEG"), **saved)
    return output.getvalue()


def picture_of(dwelling: Dwelling, **photo: Any) -> Picture:
    """A picture of a dwelling, sent by Claire."""
    owner = dwelling.residence.organisation
    (picture,), _refused = listings.add_pictures(
        actor=actor_for(member("Claire", owner), owner),
        shown=dwelling,
        files=[SimpleUploadedFile("salon.jpg", photograph(**photo))],
    )
    return picture


def unseen_pictures(dwelling: Dwelling, number: int) -> None:
    """That many photographs of a dwelling whose files nobody opens."""
    sizes = {"width": 1600, "height": 1200, "small_width": 480, "small_height": 360}
    Picture.objects.bulk_create(
        Picture(
            dwelling=dwelling, alt=f"Vue {n}", position=n, digest=str(n),
            large=f"homes/l{n}.webp", small=f"homes/s{n}.webp", **sizes,
        )
        for n in range(number)
    )  # fmt: skip


def person(first_name: str, last_name: str = "Durand") -> User:
    return UserFactory(first_name=first_name, last_name=last_name)


def actor_for(user: User, organisation: Organisation | None = None) -> Actor:
    """The actor of a person, in an organisation they belong to or for themselves."""
    memberships = tuple(active_memberships(user))
    membership = next((m for m in memberships if m.organisation == organisation), None)
    return Actor(
        user=user,
        organisation=organisation,
        kind=organisation.kind if organisation else None,
        role=membership.role if membership else None,
        is_operator=bool(organisation and organisation.kind == "plateforme"),
        sits_on_commission=sits_on_a_commission(user.pk),
        memberships=memberships,
    )


def member(first_name: str, organisation: Organisation, role: str = "agent") -> User:
    user = person(first_name)
    Membership.objects.get_or_create(
        user=user, organisation=organisation, ended_at=None, defaults={"role": role}
    )
    return user


def complete_dossier(user: User, *, rfr: int = 21_000, sequence: int | None = None) -> Dossier:
    """A dossier with nothing missing: one person, employed in a firm of 40, RFR of the right year.

    The numéro unique is fictitious (guichet TESTS) and four years old."""
    number = user.pk if sequence is None else sequence
    year = clock.today().year - 4
    dossier, _created = Dossier.objects.update_or_create(
        applicant=user,
        defaults={
            "birth_date": date(1988, 5, 4),
            "phone": "0600000000",
            "numero_unique": f"07405{year % 100:02d}{number % 1_000_000:06d}TESTS",
            "numero_registered_on": date(year, 5, 1),
            "employment_sector": "private",
            "employer_name": "Boulangerie du Port",
            "employer_headcount": 40,
        },
    )
    SectionState.objects.get_or_create(
        dossier=dossier, name="household", defaults={"version": 1, "saved_at": clock.now()}
    )
    TaxIncome.objects.update_or_create(
        dossier=dossier,
        member=None,
        year=reference_income_year(clock.today()),
        defaults={"rfr_eur": rfr},
    )
    dossier_changed.send(sender=Dossier, dossier=dossier)
    return dossier


def applicant(first_name: str = "Amina", last_name: str = "Benali", **dossier: Any) -> User:
    user = person(first_name, last_name)
    complete_dossier(user, **dossier)
    return user


def tenant(user: User) -> Dossier:
    """An applicant who declares to rent a home that its owner takes back: a landlord may ask for
    the lease and for the notice."""
    dossier = Dossier.objects.get(applicant=user)
    dossier.housing_status, dossier.reasons = "private_tenant", ["notice"]
    dossier.save(update_fields=["housing_status", "reasons"])
    dossier_changed.send(sender=Dossier, dossier=dossier)
    return dossier


def shared(holder: User, other: User) -> CoApplicant:
    """`other` has accepted to keep the dossier of `holder` with her, as her partner."""
    secret = f"{holder.pk}-{other.pk}"
    CoApplicantInvitation.objects.create(
        dossier=Dossier.objects.get(applicant=holder),
        email=other.email,
        link="partner",
        first_name=other.first_name,
        birth_date=date(1990, 3, 2),
        secret_digest=CoApplicantInvitation.digest(secret),
        invited_by=holder,
        expires_at=clock.now() + CoApplicantInvitation.LIFETIME,
    )
    link = accounts.accept_co_applicant_invitation(actor=actor_for(other), secret=secret)
    TaxIncome.objects.create(
        dossier=link.dossier,
        member=link.member,
        year=reference_income_year(clock.today()),
        rfr_eur=4_000,
    )
    return link


def submitted(user: User, offer: Offer) -> Candidacy:
    """An application sent while the offer was open, even if it has closed since."""
    now_says = Offer.objects.get(pk=offer.pk)
    if now_says.is_open(clock.now()):
        return applications.submit_candidacy(actor=actor_for(user), offer=offer)
    with clock.travel(now_says.closes_at - timedelta(minutes=5)):
        return applications.submit_candidacy(actor=actor_for(user), offer=offer)


def close(offer: Offer) -> None:
    """The window of the offer has just ended."""
    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now())


def reopen(offer: Offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now() + timedelta(days=5))


def in_instruction(candidacy: Candidacy, agent: Actor) -> Candidacy:
    return applications.take_in_instruction(actor=agent, candidacy=candidacy, expected_version=0)


def ready(candidacy: Candidacy, agent: Actor) -> Candidacy:
    """Taken, every point verified, marked ready; the offer has closed meanwhile."""
    close(candidacy.offer)
    taken = in_instruction(candidacy, agent)
    for point in PointCheck.Point.values:
        applications.conclude_point(
            actor=agent,
            candidacy=taken,
            point=point,
            outcome="verified",
            reason="",
            expected_version=taken.version,
        )
    return applications.mark_ready(actor=agent, candidacy=taken, expected_version=taken.version)


def proposed(user: User, offer: Offer, agent: Actor) -> Candidacy:
    """Chosen directly by the landlord for a home without commission: a proposal is waiting."""
    candidacy = ready(submitted(user, offer), agent)
    return applications.choose_directly(
        actor=agent,
        candidacy=candidacy,
        reason="Situation la plus adaptée.",
        expected_version=candidacy.version,
    )


def commission_of(organisation: Organisation, *members: tuple[User, str]) -> Commission:
    commission = Commission.objects.create(
        organisation=organisation, name=f"Commission de {organisation.name}"
    )
    for user, capacity in members:
        CommissionMember.objects.create(
            commission=commission,
            user=user,
            capacity=capacity,
            since=clock.now() - timedelta(days=30),
        )
    return commission


def session_of(commission: Commission, *, in_days: int = 0) -> Session:
    """A session that begins now, or in some days."""
    return Session.objects.create(
        commission=commission,
        scheduled_at=clock.now() + timedelta(days=in_days),
        place="Salle du conseil",
    )


def picture() -> bytes:
    """A white page, as a JPEG."""
    written = BytesIO()
    Image.new("RGB", (300, 400), "white").save(written, "JPEG")
    return written.getvalue()


def clean_file(user: User, code: str = "identite", content: bytes | None = None) -> PieceFile:
    """A piece that an applicant gave, checked and readable, with its object and its page."""
    content = picture() if content is None else content
    if not PieceKind.objects.exists():
        call_command("load_pieces", stdout=StringIO())
    piece = Piece.objects.create(
        dossier=Dossier.objects.get(applicant=user), kind_id=code, given_by=user
    )
    file = PieceFile.objects.create(
        piece=piece,
        original_name="carte d'identité.heic",
        size=len(content),
        state="clean",
        media_type="image/jpeg",
        pages=1,
        sha256=sha256(content).hexdigest(),
        clean_size=len(content),
        checked_at=clock.now(),
    )
    storage.write(storage.clean_name(file.key), content)
    storage.write(storage.page_name(file.key, 1), content)
    return file


def sealed_notice(user: User, *, rfr: int = 23_400) -> PieceFile:
    """A tax notice that an applicant gave, with a seal that holds and a hint: it says more than
    the dossier, and one page is blurred."""
    file = clean_file(user, "avis-imposition")
    year = reference_income_year(clock.today())
    Piece.objects.filter(pk=file.piece_id).update(year=year)
    FileReading.objects.create(file=file, blurred_pages=[1])
    Seal.objects.create(
        file=file,
        kind="tax_notice",
        verdict="verified",
        issuer="DIRECTION GENERALE DES FINANCES PUBLIQUES",
        signed_on=date(year + 1, 8, 4),
        names=[f"{user.last_name} {user.first_name}".upper()],
        income_year=year,
        rfr_eur=rfr,
    )
    return file
