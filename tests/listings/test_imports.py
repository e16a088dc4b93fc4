"""A landlord's file: looked at line by line, then wholly applied, or not at all."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.chart import BarChart

from accounts.models import Membership
from alin.kit import clock, sheets
from alin.kit.models import JournalEntry
from listings import services
from listings.models import Dwelling, Offer, Residence, StockImport
from listings.services import imports
from tests import factories as f

pytestmark = pytest.mark.django_db
HEADERS = "residence;logement;type;pieces;surface;etage;financement;loyer;charges"


@pytest.fixture
def home(cast: SimpleNamespace) -> Residence:
    return f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")


def table(*lines: str, headers: str = HEADERS) -> bytes:
    return "\r\n".join([headers, *lines]).encode()


GOOD = "TIL-01;A-1;appartement;3;62,5;2;PLUS;412,40;75"
BETTER = "TIL-01;A-1;appartement;3;62,5;2;PLUS;400,00;75"


def sent(cast: SimpleNamespace, content: bytes) -> StockImport:
    return services.send_import(actor=cast.as_claire, name="parc.csv", content=content)


def outcomes(batch: StockImport) -> list[tuple[int, str]]:
    return list(batch.lines.order_by("number").values_list("number", "outcome"))


def applied(cast: SimpleNamespace, batch: StockImport, without_refused: bool = False) -> str:
    done = services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=without_refused)
    return done.state


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_down")
def test_a_file_sent_while_the_broker_is_down_is_kept(
    cast: SimpleNamespace, home: Residence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "SMALL", 0)
    batch = sent(cast, table(GOOD))
    assert (batch.state, batch.total) == ("waiting", 1)
    imports.work_on_imports()
    batch.refresh_from_db()
    assert (batch.state, outcomes(batch)) == ("checked", [(2, "created")])


def test_looked_at_then_applied_then_idempotent(cast: SimpleNamespace, home: Residence) -> None:
    batch = sent(cast, table(GOOD))
    assert (batch.state, outcomes(batch)) == ("checked", [(2, "created")])
    assert Dwelling.objects.count() == 0
    assert applied(cast, batch) == "applied"
    offer = Offer.objects.get()
    assert (offer.dwelling.reference, offer.rent, offer.published_at, offer.deposit) == (
        "A-1",
        Decimal("412.40"),
        None,
        Decimal("412.40"),
    )
    again = sent(cast, table(GOOD))
    assert outcomes(again) == [(2, "unchanged")]
    changed = sent(cast, table(BETTER.replace(";2;", ";3;")))
    assert outcomes(changed) == [(2, "changed")]
    said = [(label, before, after) for label, before, after in changed.lines.get().changes]
    assert ("Étage", "2", "3") in said
    assert ("Loyer hors charges", "412,40\u00a0€", "400,00\u00a0€") in said


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("INCONNUE;A-1;appartement;3;62;2;PLUS;400;0", "Aucune de vos résidences n'a « INCONNUE »"),
        ("TIL-01;;appartement;3;62;2;PLUS;400;0", "Indiquez la référence du logement."),
        ("TIL-01;A-1;château;3;62;2;PLUS;400;0", "Type de bien : "),
        ("TIL-01;A-1;appartement;3;4;2;PLUS;400;0", "Surface habitable : "),
        ("TIL-01;A-1;appartement;3;62;9;PLUS;400;0", "La résidence a 4 étages"),
        ("TIL-01;A-1;appartement;3;62;2;PLUX;400;0", "Financement : "),
        ("TIL-01;A-1;appartement;3;62;2;PLUS;gratuit;0", "Loyer hors charges, par mois : "),
        ("TIL-01;A-1;appartement;3;62;2;;400;0", "le financement est : PLAI"),
    ],
)
def test_why_a_line_is_refused(
    cast: SimpleNamespace, home: Residence, line: str, reason: str
) -> None:
    batch = sent(cast, table(line))
    assert outcomes(batch) == [(2, "refused")]
    assert reason in " ".join(batch.lines.get().reasons)


def test_the_same_dwelling_twice(cast: SimpleNamespace, home: Residence) -> None:
    batch = sent(cast, table(GOOD, BETTER))
    assert outcomes(batch) == [(2, "created"), (3, "refused")]
    assert batch.lines.get(number=3).reasons == ["Ce logement est déjà ligne 2 du fichier."]


def test_refused_lines_are_left_out_only_when_somebody_says_so(
    cast: SimpleNamespace, login: Any, home: Residence
) -> None:
    client = login(cast.claire)
    file = SimpleUploadedFile("parc.csv", table(GOOD, "NON;B-1;appartement;2;40;0;PLUS;300;0"))
    answer = client.post(reverse("stock_import"), {"file": file})
    page = answer["Location"]
    assert "Aucune de vos résidences" in client.get(page).content.decode().replace("&#39;", "'")
    refused = client.post(page, {})
    assert refused.status_code == 422
    assert "Des lignes sont refusées" in refused.content.decode()
    assert Dwelling.objects.count() == 0
    client.post(page, {"without_refused": "on"})
    assert Dwelling.objects.get().reference == "A-1"
    assert StockImport.objects.get().state == "applied"


def test_nothing_is_half_applied(cast: SimpleNamespace, home: Residence) -> None:
    """Between the look and the order, somebody took a storey away: line 3 no longer goes."""
    batch = sent(cast, table(GOOD, GOOD.replace("A-1", "A-2").replace(";2;P", ";4;P")))
    assert outcomes(batch) == [(2, "created"), (3, "created")]
    Residence.objects.filter(pk=home.pk).update(storeys=3)
    assert applied(cast, batch) == "refused"
    batch.refresh_from_db()
    assert batch.refusal.startswith("Rien n'a été enregistré. Ligne 3 : ")
    assert (Dwelling.objects.count(), Offer.objects.count()) == (0, 0)


def test_what_was_shown_is_what_is_done(cast: SimpleNamespace, home: Residence) -> None:
    """Somebody changed the rent meanwhile: the line that was agreed to would undo it unseen."""
    assert applied(cast, sent(cast, table(GOOD))) == "applied"
    offer = Offer.objects.get()
    cheaper, same = sent(cast, table(BETTER)), sent(cast, table(GOOD))
    services.update_offer(
        actor=cast.as_chloe,
        offer=offer,
        changes={"rent": Decimal("390"), "deposit": Decimal("390")},
        expected_version=1,
    )
    for batch in (cheaper, same):
        assert applied(cast, batch) == "refused"
        batch.refresh_from_db()
        assert batch.refusal == (
            "Rien n'a été enregistré. Ligne 2 : ce logement ou son offre a changé depuis la "
            "vérification. Renvoyez le fichier."
        )
    offer.refresh_from_db()
    assert offer.rent == Decimal(390)


def test_two_files_that_make_the_same_dwelling(cast: SimpleNamespace, home: Residence) -> None:
    first, second = sent(cast, table(GOOD)), sent(cast, table(BETTER))
    assert applied(cast, first) == "applied"
    assert applied(cast, second) == "refused"
    assert Offer.objects.get().rent == Decimal("412.40")


def test_a_line_that_prepares_an_offer_says_so(cast: SimpleNamespace, home: Residence) -> None:
    """The dwelling stays as it is; its last offer is closed, so that the line makes another."""
    dwelling = f.DwellingFactory(residence=home, reference="A-1")
    f.OfferFactory(dwelling=dwelling, closes_at=clock.now() - timedelta(days=1))
    batch = sent(cast, table(GOOD))
    assert outcomes(batch) == [(2, "changed")]
    assert batch.lines.get().changes == [["Offre", "rien", "nouveau brouillon, 412,40\u00a0€"]]
    assert applied(cast, batch) == "applied"
    assert dwelling.offers.filter(published_at=None).count() == 1


def test_a_published_offer_is_updated_by_its_own_rules(
    cast: SimpleNamespace, home: Residence
) -> None:
    dwelling = f.DwellingFactory(residence=home, reference="A-1")
    offer = f.OfferFactory(dwelling=dwelling, rent=Decimal("412.40"))
    assert applied(cast, sent(cast, table(BETTER))) == "applied"
    offer.refresh_from_db()
    # One month of rent stays one month of rent.
    assert (offer.rent, offer.deposit) == (Decimal("400.00"), Decimal("400.00"))
    revision = offer.revisions.get()
    assert revision.before == {"rent": "412.40", "deposit": "412.40"}


def test_a_line_changes_a_home_and_its_published_offer(
    cast: SimpleNamespace, home: Residence
) -> None:
    dwelling = f.DwellingFactory(residence=home, reference="A-1", dpe="E")
    offer = f.OfferFactory(dwelling=dwelling, rent=Decimal("412.40"))
    batch = sent(cast, table(f"{BETTER};C", headers=f"{HEADERS};dpe"))
    assert outcomes(batch) == [(2, "changed")]
    assert applied(cast, batch) == "applied"
    dwelling.refresh_from_db()
    offer.refresh_from_db()
    assert (dwelling.dpe, offer.rent) == ("C", Decimal("400.00"))


def test_the_preview_refuses_what_the_verbs_refuse(cast: SimpleNamespace, home: Residence) -> None:
    """Of four published offers, one is dearer for people who applied, one closes too soon, one
    goes above its ceiling: each is named with its reason, and the fourth goes without them."""
    f.rent_ceiling(home.commune, "7")
    offers = {}
    for name in ("A-1", "A-2", "A-3", "A-4"):
        dwelling = f.DwellingFactory(residence=home, reference=name)
        offers[name] = f.OfferFactory(
            dwelling=dwelling, rent=Decimal("400"), deposit=Decimal("400")
        )
    f.submitted(cast.amina, offers["A-1"])
    soon = f"{clock.today() + timedelta(days=1):%d/%m/%Y}"
    batch = sent(
        cast,
        table(
            "TIL-01;A-1;401;",
            f"TIL-01;A-2;400;{soon}",
            "TIL-01;A-3;4000;",
            "TIL-01;A-4;390;",
            headers="residence;logement;loyer;cloture",
        ),
    )
    assert outcomes(batch) == [(2, "refused"), (3, "refused"), (4, "refused"), (5, "changed")]
    reasons = [" ".join(each) for each in batch.lines.values_list("reasons", flat=True)]
    assert reasons[0].startswith("Loyer hors charges : Des candidats ont postulé à 400,00\u00a0€ :")
    assert "Les candidats auraient moins de 3\u00a0jours pour postuler" in reasons[1]
    assert "dépasse de" in reasons[2]
    assert [each.rent for each in Offer.objects.all()] == [Decimal("400")] * 4
    assert applied(cast, batch, without_refused=True) == "applied"
    rents = Offer.objects.order_by("dwelling__reference").values_list("rent", flat=True)
    assert list(rents) == [Decimal("400")] * 3 + [Decimal("390")]


def test_the_preview_writes_nothing(cast: SimpleNamespace, home: Residence) -> None:
    offer = f.OfferFactory(dwelling=f.DwellingFactory(residence=home, reference="A-1"))
    lines = JournalEntry.objects.count()
    batch = sent(cast, table(BETTER, GOOD.replace("A-1", "A-2")))
    assert outcomes(batch) == [(2, "changed"), (3, "created")]
    offer.refresh_from_db()
    assert (offer.rent, offer.version, offer.revisions.count()) == (Decimal("412.40"), 1, 0)
    assert (Dwelling.objects.count(), Offer.objects.count()) == (1, 1)
    assert JournalEntry.objects.count() == lines


def test_what_people_applied_for_meanwhile_stops_the_file(
    cast: SimpleNamespace, home: Residence
) -> None:
    """Between the look and the order, somebody applied: nobody was shown that the line would be
    refused, so that nothing is written and the line is named."""
    offer = f.OfferFactory(dwelling=f.DwellingFactory(residence=home, reference="A-1"))
    dearer = sent(cast, table(BETTER.replace("400,00", "413")))
    assert outcomes(dearer) == [(2, "changed")]
    f.submitted(cast.amina, offer)
    assert applied(cast, dearer) == "refused"
    dearer.refresh_from_db()
    assert dearer.refusal.startswith("Rien n'a été enregistré. Ligne 2 : ")
    assert "ce montant peut baisser, pas augmenter" in dearer.refusal


def test_of_another_landlord_nothing(cast: SimpleNamespace, login: Any) -> None:
    f.ResidenceFactory(organisation=cast.oc, reference="TIL-01")
    batch = sent(cast, table(GOOD))
    assert outcomes(batch) == [(2, "refused")]
    page = reverse("stock_import_result", args=[batch.public_id])
    assert login(cast.david).get(page).status_code == 404


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_however_the_spreadsheet_wrote_it(
    cast: SimpleNamespace, home: Residence, encoding: str, delimiter: str
) -> None:
    text = "Résidence;Logement;Pièces;Surface;Étage;Type\nTIL-01;É-1;2;40;1;appartement"
    batch = sent(cast, text.replace(";", delimiter).encode(encoding))
    assert outcomes(batch) == [(2, "created")]
    assert batch.lines.get().label == "TIL-01 É-1"


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_a_workbook_and_its_formulas(cast: SimpleNamespace, home: Residence) -> None:
    head = ["residence", "logement", "type", "pieces", "surface", "etage"]
    good = ["TIL-01", "A-1", "appartement", 3, 62.5, 2]
    computed = ["TIL-01", "A-2", "appartement", "=1+2", 62.5, 2]
    batch = sent(cast, workbook(head, good, computed))
    assert outcomes(batch) == [(2, "created"), (3, "refused")]
    assert "pièces" in " ".join(batch.lines.get(number=3).reasons)


def test_lines_bear_the_numbers_of_the_spreadsheet(cast: SimpleNamespace, home: Residence) -> None:
    """Empty rows count, as the spreadsheet counts them; a cell of two lines is one row."""
    head = [*HEADERS.split(";"), "presentation"]
    cells = [*GOOD.split(";"), "Clair.\nCalme."]
    refused = ["INCONNUE", *cells[1:]]
    quoted = [";".join(f'"{cell}"' for cell in row) for row in (head, cells, refused)]
    written = "\r\n".join([quoted[0], "", quoted[1], ";;;", "", quoted[2]]).encode()
    book = workbook([], head, cells, [], [], refused)
    for content, numbers in ((written, [3, 6]), (book, [3, 6])):
        batch = sent(cast, content)
        assert [number for number, _outcome in outcomes(batch)] == numbers
        assert batch.lines.get(outcome="refused").number == numbers[1]


def test_empty_rows_are_no_lines_too_many() -> None:
    book = workbook(["residence", "logement"], *[[None]] * 30, ["TIL-01", "A-1"])
    rows = sheets.read_table(book, most_rows=5)
    assert rows == [(1, ["residence", "logement"]), (32, ["TIL-01", "A-1"])]


def cut_workbook() -> bytes:
    """A workbook whose sheet was cut on its way."""
    whole = zipfile.ZipFile(io.BytesIO(workbook(["residence", "logement"], ["TIL-01", "A-1"])))
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, content[:-40] if "sheet1" in name else content)
    return output.getvalue()


def drawn_workbook() -> bytes:
    """A workbook with a sheet of charts, and no cells."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_chartsheet().add_chart(BarChart())
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def bomb() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 200_000_000)
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Ce fichier est vide"),
        (b"residence;logement", "il faut une ligne de titres, et une autre"),
        (b"nom;ville\na;b", "Colonnes inconnues : nom, ville"),
        (b"residence\nTIL-01", "Colonnes absentes ou en double : logement"),
        (b"residence;logement;logement\na;b;c", "Colonnes absentes ou en double : logement"),
        (b"%PDF-1.7\x00\x01", "ni un CSV ni un XLSX"),
        (b"PK\x03\x04rien", "Ce classeur ne s'ouvre pas"),
        (cut_workbook(), "Ce classeur ne s'ouvre pas"),
        (drawn_workbook(), "Ce classeur n'a pas de feuille de calcul"),
        (b'residence;logement\n"TIL;A', "vérifiez ses guillemets"),
        (b"residence;logement\n" + b"a;b\n" * 20_001, "plus de 20000 lignes"),
        (b"x" * (10 * 1024 * 1024 + 1), "plus de 10 Mo"),
        (bomb(), "trop gros une fois ouvert"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_none(cast: SimpleNamespace, login: Any, content: bytes, said: str) -> None:
    file = SimpleUploadedFile("parc.csv", content)
    answer = login(cast.claire).post(reverse("stock_import"), {"file": file})
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("&#39;", "'")
    assert StockImport.objects.count() == 0


def test_the_template_is_a_file_that_goes(cast: SimpleNamespace, login: Any) -> None:
    client = login(cast.claire)
    f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    for name in ("import_template_csv", "import_template_xlsx"):
        content = client.get(reverse(name)).content
        assert outcomes(sent(cast, content)) == [(2, "created")]


def test_a_long_file_waits_for_a_job(
    cast: SimpleNamespace, home: Residence, django_capture_on_commit_callbacks: Any
) -> None:
    lines = [GOOD.replace("A-1", f"A-{n}") for n in range(201)]
    with django_capture_on_commit_callbacks() as waiting:
        batch = sent(cast, table(*lines))
    assert (batch.state, len(waiting)) == ("waiting", 1)
    services.work_on_imports()
    services.work_on_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.lines.count()) == ("checked", 201)
    with django_capture_on_commit_callbacks():
        assert applied(cast, batch) == "applying"
    services.work_on_imports()
    services.work_on_imports()
    assert (Dwelling.objects.count(), Offer.objects.count()) == (201, 201)


def test_a_worker_that_was_killed_is_taken_over(
    cast: SimpleNamespace, home: Residence, monkeypatch: Any
) -> None:
    """What it kept is kept, and a dwelling that comes twice is seen across the two halves."""
    monkeypatch.setattr("listings.services.imports.SMALL", 0)
    monkeypatch.setattr("listings.services.imports.CHECKED_AT_ONCE", 2)
    names = ["A-1", "A-2", "A-3", "A-1", "A-4"]
    batch = sent(cast, table(*[GOOD.replace("A-1", name) for name in names]))
    keep = imports._keep_lines

    def killed(held: StockImport, done: int, chunk: list[Any]) -> bool:
        if done:
            raise SystemExit
        return keep(held, done, chunk)

    monkeypatch.setattr(imports, "_keep_lines", killed)
    with pytest.raises(SystemExit):
        services.work_on_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.lines.count()) == ("waiting", 2, 2)
    monkeypatch.setattr(imports, "_keep_lines", keep)
    services.work_on_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("checked", 5)
    assert [outcome for _n, outcome in outcomes(batch)] == [
        "created",
        "created",
        "created",
        "refused",
        "created",
    ]


def test_a_file_that_kills_its_worker_is_given_up(
    cast: SimpleNamespace, home: Residence, monkeypatch: Any
) -> None:
    monkeypatch.setattr("listings.services.imports.SMALL", 0)
    batch = sent(cast, table(GOOD))

    def killed(*_any: Any) -> bool:
        raise SystemExit

    keep = imports._keep_lines
    monkeypatch.setattr(imports, "_keep_lines", killed)
    for _time in range(3):
        with pytest.raises(SystemExit):
            services.work_on_imports()
    monkeypatch.setattr(imports, "_keep_lines", keep)
    services.work_on_imports()
    batch.refresh_from_db()
    assert batch.state == "refused"
    assert batch.refusal.startswith("Ce fichier n'a pas pu être traité, et rien n'a été enregistré")


def test_whoever_waits_sees_how_far_it_is(
    cast: SimpleNamespace, login: Any, home: Residence, monkeypatch: Any
) -> None:
    monkeypatch.setattr("listings.services.imports.SMALL", 0)
    client = login(cast.claire)
    batch = sent(cast, table(GOOD))
    address = reverse("stock_import_result", args=[batch.public_id])
    page = client.get(address).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert f'hx-get="{address}"' in page
    assert 'avancement" value="0" max="1"></progress>' in page
    services.work_on_imports()
    page = client.get(address).content.decode()
    assert "refresh" not in page
    assert "hx-get" not in page
    assert "Enregistrer 1\u00a0ligne" in page


def asked_by_chloe(cast: SimpleNamespace) -> StockImport:
    """A long file that Claire sent, and that Chloé asked to apply."""
    batch = sent(cast, table(GOOD))
    services.work_on_imports()
    services.ask_to_apply(actor=cast.as_chloe, batch=batch, without_refused=False)
    batch.refresh_from_db()
    return batch


def test_what_a_job_writes_bears_the_name_of_whoever_asked(
    cast: SimpleNamespace, login: Any, home: Residence, monkeypatch: Any
) -> None:
    monkeypatch.setattr("listings.services.imports.SMALL", 0)
    batch = asked_by_chloe(cast)
    page = reverse("stock_import_result", args=[batch.public_id])
    waiting = login(cast.claire).get(page).content.decode()
    assert "Enregistrement en cours" in waiting
    assert "<progress" not in waiting
    services.work_on_imports()
    offer = Offer.objects.get()
    entry = JournalEntry.objects.get(chain=f"offer:{offer.public_id}")
    assert entry.user_id == cast.chloe.pk
    done = login(cast.claire).get(page).content.decode()
    assert f"par {cast.chloe}." in done


def test_somebody_who_left_meanwhile_writes_nothing(
    cast: SimpleNamespace, home: Residence, monkeypatch: Any
) -> None:
    monkeypatch.setattr("listings.services.imports.SMALL", 0)
    batch = asked_by_chloe(cast)
    Membership.objects.filter(user=cast.chloe).update(ended_at=clock.now())
    services.work_on_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.refusal) == (
        "refused",
        "Rien n'a été enregistré. La personne qui l'a demandé ne fait plus partie de votre "
        "organisation.",
    )
    assert Dwelling.objects.count() == 0


@pytest.mark.parametrize("lines", [1, 30])
def test_pages_and_work_ask_the_same_however_long(
    cast: SimpleNamespace,
    login: Any,
    home: Residence,
    django_assert_num_queries: Any,
    lines: int,
) -> None:
    client = login(cast.claire)
    batch = sent(cast, table(*[GOOD.replace("A-1", f"A-{n}") for n in range(lines)]))
    for n in range(lines - 1):
        sent(cast, table(GOOD, headers=HEADERS).replace(b"A-1", b"B-%d" % n))
    with django_assert_num_queries(9):
        client.get(reverse("stock_import_result", args=[batch.public_id]))
    with django_assert_num_queries(6):
        client.get(reverse("stock_import"))
    with django_assert_num_queries(45):
        assert applied(cast, batch) == "applied"


# --- what leaves -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+33", "@SUM(A1)", "-x", "\t=1", "\r=1"])
def test_no_cell_that_leaves_is_a_formula(text: str) -> None:
    exported = sheets.as_csv(["a"], [[text]]).decode("utf-8-sig")
    assert f"\"'{text}" in exported
    (_head, row) = sheets.read_table(sheets.as_xlsx("A", ["a"], [[f"={text}"]]), most_rows=5)
    assert row[1][0].startswith("'=")


def test_a_negative_number_stays_one() -> None:
    assert sheets.safe_text("-12,5") == "-12,5"


def test_the_list_leaves_as_it_is_narrowed(cast: SimpleNamespace, login: Any) -> None:
    kept = f.offer_of(cast.lac, funding="PLAI")
    f.offer_of(cast.lac, funding="PLUS")
    Residence.objects.filter(pk=kept.dwelling.residence_id).update(name='=HYPERLINK("x")')
    f.offer_of(cast.oc, funding="PLAI")
    answer = login(cast.claire).get(reverse("offers_csv") + "?financement=PLAI")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].startswith('"\'=HYPERLINK(""x"")"')
    assert kept.dwelling.reference in rows[1]
    book = login(cast.claire).get(reverse("offers_xlsx") + "?financement=PLAI").content
    assert sheets.read_table(book, most_rows=5)[1][1][0] == '\'=HYPERLINK("x")'


def test_shelves_of_the_list(cast: SimpleNamespace, login: Any) -> None:
    now = clock.now()
    names = {
        "Ouvert": f.offer_of(cast.lac),
        "Brouillon": f.offer_of(cast.lac, published_at=None),
        "Clos": f.offer_of(cast.lac, closes_at=now - timedelta(days=1)),
        "Futur": f.offer_of(
            cast.lac, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=9)
        ),
        "Range": f.offer_of(cast.lac, closes_at=now - timedelta(days=2), archived_at=now),
        "Demande": f.offer_of(cast.lac),
    }
    for name, offer in names.items():
        Residence.objects.filter(pk=offer.dwelling.residence_id).update(name=name)
    f.submitted(cast.amina, names["Demande"])
    client = login(cast.claire)
    for shelf, expected in {
        "": {"Ouvert", "Brouillon", "Clos", "Futur", "Demande"},
        "ouvertes": {"Ouvert", "Demande"},
        "brouillons": {"Brouillon"},
        "closes": {"Clos"},
        "a-venir": {"Futur"},
        "archivees": {"Range"},
        "sans-candidat": {"Ouvert"},
    }.items():
        text = client.get(reverse("offers_csv"), {"etat": shelf}).content.decode("utf-8-sig")
        found = {line.split(";")[0].strip('"') for line in text.splitlines()[1:]}
        assert (shelf, found) == (shelf, expected)


# --- readers, and what jobs tell -------------------------------------------------------------


def test_readers_are_counted_by_day_and_staff_are_not(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(cast.lac)
    page = reverse("offer", args=[offer.public_id])
    client = login(cast.amina)
    client.get(page)
    client.get(page)
    login(cast.claire).get(page)
    assert services.store_views() == 1
    login(cast.amina).get(page)
    services.store_views()
    assert services.store_views() == 0
    assert list(offer.daily_views.values_list("day", "count")) == [(clock.today(), 3)]


def test_the_end_of_a_window_is_told_once(cast: SimpleNamespace) -> None:
    past = clock.now() - timedelta(hours=1)
    offer = f.offer_of(cast.lac, closes_at=past, published_by=cast.claire)
    f.offer_of(cast.lac, opens_at=past - timedelta(days=40), closes_at=past - timedelta(days=30))
    f.offer_of(cast.lac)
    assert services.announce_closings() == 1
    assert services.announce_closings() == 0
    (notice,) = cast.claire.notices.all()
    assert notice.path == reverse("staff_offer", args=[offer.public_id])
    assert "0\u00a0candidature reçue" in notice.body


def test_a_file_that_advances_is_not_given_up(
    cast: SimpleNamespace, home: Residence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two passages of beat count an attempt each while a healthy worker checks."""
    monkeypatch.setattr(services.imports, "CHECKED_AT_ONCE", 1)
    whole, seen = services.imports._try, []

    def meanwhile(actor: Any, chunk: Any) -> None:
        seen.append(StockImport.objects.get().attempts)
        StockImport.objects.update(attempts=2)
        whole(actor, chunk)

    monkeypatch.setattr(services.imports, "_try", meanwhile)
    batch = sent(cast, table(GOOD, GOOD.replace("A-1", "A-2")))
    services.work_on_imports()
    batch.refresh_from_db()
    assert (seen, batch.state) == ([1, 0], "checked")
