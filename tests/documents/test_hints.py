"""What a person is told of what was read in a piece: a reason each time, never a refusal."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from accounts.models import HouseholdMember, User
from documents import hints, names, queries, services
from documents.models import FileReading, Piece, PieceFile, Seal, TrustList
from documents.reading import told_by
from tests import factories as f
from tests.documents import sealed
from tests.documents.conftest import Give

TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
LINE = "Direction des essais, document fait pour un essai, sans aucune valeur. " * 2


@pytest.fixture
def that_day(travel: Callable[[datetime], None]) -> None:
    travel(TODAY)


def hints_of(piece: Piece) -> list[str]:
    read = queries.as_read(Piece.objects.filter(pk=piece.pk)).get()
    return hints.hints_of(read, queries.facts_for(read), ON)


@pytest.fixture
def checked(that_day: None, give: Give, trusted: TrustList, clamd: str) -> Callable[..., list[str]]:
    """`checked(code, name, content)`: given, checked; the hints of the piece."""

    def checked(code: str, *files: tuple[str, bytes]) -> list[str]:
        piece = give(code, *files)
        assert services.check_due() == len(files)
        assert set(PieceFile.objects.values_list("state", flat=True)) == {"clean"}
        return hints_of(piece)

    return checked


def page_of_print(*, blur: float = 0, light: float = 1, ink: int = 20) -> bytes:
    image = Image.new("L", (1240, 1754), 245)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(22)
    for row in range(50):
        draw.text((80, 80 + 30 * row), "Revenu fiscal de reference BENALI", font=font, fill=ink)
    image = image.filter(ImageFilter.GaussianBlur(blur)).point(lambda level: level * light)
    written = io.BytesIO()
    image.convert("RGB").save(written, "JPEG", quality=80)
    return written.getvalue()


BLURRED = (
    "« photo.jpg » : l'image est floue. Posez le document à plat et laissez l'appareil faire le "
    "point."
)
DIM = "« photo.jpg » : l'image est très sombre. Une photo prise près d'une fenêtre se lira mieux."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (page_of_print(), []),
        (page_of_print(blur=1), []),
        (page_of_print(blur=4), [BLURRED]),
        (page_of_print(light=0.25), [DIM]),
        (page_of_print(light=0.7), []),
        # A blank page has no edge: nothing to say of its sharpness.
        (page_of_print(ink=245), []),
    ],
    ids=["sharp", "a little soft", "blurred", "dark", "grey", "blank"],
)
def test_a_photograph_too_dark_or_blurred_is_told(
    checked: Callable[..., list[str]], content: bytes, expected: list[str]
) -> None:
    assert checked("identite", ("photo.jpg", content)) == expected


@pytest.mark.django_db(transaction=True)
def test_a_notice_of_another_year_with_pages_missing_and_no_name(
    checked: Callable[..., list[str]],
) -> None:
    content = sealed.paper(LINE, "Impôt sur les revenus de 2022", "MOREL BRUNO", "Page 1 / 4")
    assert checked("avis-imposition", ("avis.pdf", content)) == [
        "Le document annonce 4\u00a0pages ; nous en avons reçu 1.",
        "Cet avis porte sur les revenus de 2022 ; c'est celui des revenus de 2024 qui est demandé.",
        "Nous n'avons pas trouvé le nom « Benali » dans le texte du document.",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_notice_as_it_should_be_has_no_hint(checked: Callable[..., list[str]]) -> None:
    content = sealed.paper(
        LINE, "Impôt sur les revenus de 2024", "MME BENALI AMINA", "Page 1 / 2", pages=2
    )
    assert checked("avis-imposition", ("avis.pdf", content)) == []


@pytest.mark.django_db(transaction=True)
def test_pages_in_several_files_are_counted_together(checked: Callable[..., list[str]]) -> None:
    content = sealed.paper(LINE, "Impôt sur les revenus de 2024", "BENALI AMINA", "Page 1 / 2")
    assert checked("avis-imposition", ("1.pdf", content), ("2.pdf", content)) == []


@pytest.mark.django_db(transaction=True)
def test_old_pay_slips_are_told(checked: Callable[..., list[str]]) -> None:
    content = sealed.paper(LINE, "Bulletin de paie", "BENALI Amina", "Période : juillet 2026")
    assert checked("salaire", ("paie.pdf", content)) == [
        "Le bulletin le plus récent est celui de juillet 2026 : les bailleurs demandent des "
        "bulletins de moins de trois mois."
    ]


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_does_not_hold_is_told_without_refusing(
    checked: Callable[..., list[str]],
) -> None:
    altered = sealed.notice().replace(b"4123400", b"4113400")
    assert checked("avis-imposition", ("avis.jpg", sealed.photo(altered))) == [
        "Le sceau du document ne correspond pas à ce qu'il contient. Téléchargez à nouveau le "
        "document d'origine et donnez-le sans le modifier."
    ]


@pytest.mark.django_db(transaction=True)
def test_an_unknown_certificate_takes_nothing_from_the_document(
    checked: Callable[..., list[str]],
) -> None:
    unknown = sealed.notice(by=sealed.STRANGER, authority="FRX9")
    assert checked("avis-imposition", ("avis.jpg", sealed.photo(unknown))) == [
        "Le document porte un sceau que nous ne pouvons pas vérifier : nous ne connaissons pas le "
        "certificat qui l'a signé. Cela n'enlève rien au document."
    ]


@pytest.mark.django_db(transaction=True)
def test_a_card_that_is_over_and_a_bill_of_somebody_else(
    checked: Callable[..., list[str]],
) -> None:
    content = sealed.photo(sealed.card("30062026"), sealed.bill("M MOREL BRUNO"))
    assert sorted(checked("handicap", ("carte.jpg", content))) == [
        "Le sceau de la carte dit qu'elle n'est plus valable depuis le 30\u00a0juin 2026.",
        "Le sceau nomme M MOREL BRUNO, que le dossier ne connaît pas.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["hebergeant", "avis-imposition"])
def test_a_bill_may_name_anybody_of_the_household(
    that_day: None, amina: User, legal_list: None, pieces_directory: object, code: str
) -> None:
    """Karim told no income: that he lives there is enough."""
    HouseholdMember.objects.create(
        dossier=amina.dossier, first_name="Karim", last_name="Haddad", link="partner"
    )
    seal = Seal.objects.create(
        file=f.clean_file(amina, code), kind="address", verdict="verified", issuer="EDF",
        signed_on=ON, names=["M HADDAD KARIM"],
    )  # fmt: skip
    assert hints_of(seal.file.piece) == []
    Seal.objects.update(names=["M MOREL BRUNO"])
    assert hints_of(seal.file.piece) == [
        "Le sceau nomme M MOREL BRUNO, que le dossier ne connaît pas."
    ]
    # A first name is not enough to know who it is.
    HouseholdMember.objects.update(first_name="Bruno", last_name="")
    assert hints_of(seal.file.piece) == [
        "Le sceau nomme M MOREL BRUNO. Si c'est Bruno, écrivez son nom de famille dans le dossier."
    ]


@pytest.mark.django_db(transaction=True)
def test_hints_are_shown_at_once_to_the_person_and_beside_the_claim_to_staff(
    that_day: None, legal_list: None, pieces_directory: object
) -> None:
    cast_lac = f.OrganisationFactory()
    amina, claire = f.applicant("Amina", "Benali"), f.member("Claire", cast_lac)
    f.sealed_notice(amina)
    f.submitted(amina, f.offer_of(cast_lac))
    piece = Piece.objects.get()
    told = {}
    for who, path in (
        (amina, "/mon-dossier/pieces/avis-imposition/"),
        (claire, f"/bailleur/pieces/{piece.public_id}/"),
    ):
        client = Client()
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        told[who.first_name] = client.get(path).content.decode()
    for shown in told.values():
        assert "l&#39;image est floue" in shown
        assert "Revenu fiscal de référence 2024" in shown
        assert "vérifié par le sceau de l&#39;État" in shown
    # Only who keeps the dossier may fill it.
    offered = "Mettre ce montant dans mon dossier"
    assert (offered in told["Amina"], offered in told["Claire"]) == (True, False)


@pytest.mark.django_db
def test_a_name_changed_since_the_reading_is_no_reason_for_a_hint(
    that_day: None, amina: User, legal_list: None, pieces_directory: object
) -> None:
    file = f.clean_file(amina)
    FileReading.objects.create(file=file, name_sought="ANCIEN", name_found=False)
    assert hints_of(file.piece) == []
    FileReading.objects.update(name_sought="BENALI")
    assert hints_of(file.piece) == [
        "Nous n'avons pas trouvé le nom « Benali » dans le texte du document."
    ]


@pytest.mark.parametrize(
    ("line", "name", "found"),
    [
        ("Madame NGUESSAN Aya", "N'Guessan", True),
        ("Madame N’Guessan Aya", "NGuessan", True),
        ("Monsieur WALESA Lech", "Wałęsa", True),
        ("Monsieur Wałęsa Lech", "Walesa", True),
        ("Monsieur DE LA ROCHE", "Roche-Noire", False),
    ],
)
def test_a_name_is_found_in_a_text_however_it_is_spelled(line: str, name: str, found: bool) -> None:
    assert told_by([LINE, line], kind="identite", name=name, on=ON).name_found is found


# Words


def told(*lines: str, kind: str = "avis-imposition", name: str = "Benali") -> tuple[object, ...]:
    read = told_by([LINE, *lines], kind=kind, name=name, on=ON)
    return read.announced_pages, read.income_year, read.latest_pay, read.name_found


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Page 2 sur 3", "page : 1/3"], (3, None, None, False)),
        (["Impôt sur les revenus de l’année 2024"], (None, 2024, None, False)),
        # The year before is recalled once.
        (["revenus de 2024", "revenus de 2023", "REVENUS DE 2024"], (None, 2024, None, False)),
        (["Mme BÉNALI Amina"], (None, None, None, True)),
        # A longer name is another one.
        (["Mme BENALIA Amina"], (None, None, None, False)),
    ],
)
def test_what_the_words_of_a_notice_tell(lines: list[str], expected: tuple[object, ...]) -> None:
    assert told(*lines) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Bulletin de paie - AOÛT 2026", date(2026, 8, 31)),
        ("Période du 01/02/2028 au 29/02/2028", None),
        ("Période du 01/10/2026 au 31/10/2026", date(2026, 10, 31)),
        ("au 31/99/2026", None),
        ("décembre 2025", date(2025, 12, 31)),
    ],
)
def test_the_month_of_a_pay_slip(line: str, expected: date | None) -> None:
    assert told(line, kind="salaire")[2] == expected


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        # Fictitious numbers: month 99; the key is 97 less the rest of the division by 97.
        ("N° SS 2 95 99 38 126 111 60", True),
        ("295993812611160", True),
        ("2 95 99 2A 126 111 88", True),
        ("2\u00a095\u00a099\u00a038\u00a0126\u00a0111\u00a060", True),
        # Another key, no key, a longer number: something else.
        ("2 95 99 38 126 111 59", False),
        ("2 95 99 38 126 111", False),
        ("12959938126111600", False),
        ("Numéro fiscal : 30 12 345 678 901", False),
    ],
)
def test_a_social_security_number_is_seen_with_its_key(line: str, shown: bool) -> None:
    assert told_by([LINE, line], kind="salaire", name="Benali", on=ON).shows_nir is shown


@pytest.mark.django_db(transaction=True)
def test_who_shows_the_number_is_asked_to_hide_it(checked: Callable[..., list[str]]) -> None:
    content = sealed.paper(LINE, "MME BENALI AMINA", "octobre 2026", "2 95 99 38 126 111 60")
    assert checked("salaire", ("paie.pdf", content)) == [
        "« paie.pdf » : on y lit un numéro de sécurité sociale. Personne n'en a besoin : cachez-le "
        "sur une copie, puis remplacez ce fichier."
    ]
    # That it is there is known, not what it is.
    assert "295" not in str(vars(FileReading.objects.get()))


def test_too_few_words_tell_nothing() -> None:
    assert told_by(["Page 1/4"], kind="avis-imposition", name="Benali", on=ON).name_sought == ""


@given(st.lists(st.text(max_size=300), max_size=4), st.text(max_size=20))
def test_no_words_break_the_reader(lines: list[str], name: str) -> None:
    told_by([LINE, *lines], kind="salaire", name=name, on=ON)
    told_by([LINE, *lines], kind="avis-imposition", name=name, on=ON)


@pytest.mark.parametrize(
    ("printed", "first", "last", "same"),
    [
        ("BENALI AMINA", "Amina", "Benali", True),
        ("M OU MME LE GOFF YANN", "Yann", "Le Goff", True),
        ("OUEDRAOGO HELENE", "Hélène", "Ouédraogo", True),
        ("COEURDACIER NOEL", "Noël", "Cœurdacier", True),
        ("BENALI ALICE", "Amina", "Benali", False),
        ("BENALI", "Amina", "Benali", False),
        ("", "Amina", "Benali", False),
        ("BENALI AMINA", "", "", False),
        # A first name is that of many, and so is a surname.
        ("DJOKOVIC BRUNO", "Bruno", "", False),
        ("DJOKOVIC BRUNO", "Bruno", "-", False),
        ("DJOKOVIC BRUNO", "", "Djokovic", False),
        # Letters that Unicode does not take apart.
        ("WALESA LECH", "Lech", "Wałęsa", True),
        ("DORDEVIC LUKASZ", "Łukasz", "Đorđević", True),
        ("SORENSEN BJORN", "Bjørn", "Sørensen", True),
        ("STRASSER MAELYS", "Maëlys", "Straßer", True),
        ("THORDARSON AEGIR", "Ægir", "Þórðarson", True),
        ("THORDARSON AEGIR", "ægir", "þórðarson", True),
        ("COEURDACIER NOEL", "noël", "cœurdacier", True),
        # Apostrophes and hyphens, printed or not.
        ("NGUESSAN AYA", "Aya", "N'Guessan", True),
        ("N'GUESSAN AYA", "Aya", "NGuessan", True),
        ("N GUESSAN AYA", "Aya", "N’Guessan", True),
        ("DUPONT MARIECLAIRE", "Marie-Claire", "Dupont", True),
        ("DUPONT MARIE-CLAIRE", "Marieclaire", "Dupont", True),
        ("SAINT-JUST ANNE", "Anne", "Saint-Just", True),
        ("SAINT ANNE", "Anne", "Saint-Just", False),
        ("NGUESSANT AYA", "Aya", "N'Guessan", False),
        # 38 letters, as long as a declarant may be: the last word is cut.
        ("DE LA ROCHEFOUCAULD MONTBEL MARIE-CHRI", "Marie-Christine", "de La Rochefoucauld Montbel",
         True),
    ],
)  # fmt: skip
def test_whose_name_is_printed(printed: str, first: str, last: str, same: bool) -> None:
    assert names.same_person(printed, first_name=first, last_name=last) is same
