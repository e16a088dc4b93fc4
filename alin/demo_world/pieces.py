"""Pieces in every state: drawn specimens, so that both rooms of the demonstration look alive."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.models import Dossier, User
from accounts.rules import reference_income_year
from alin.kit import clock
from alin.kit.actor import Actor
from applications.models import Candidacy, State
from documents import queries, rules, services, storage
from documents.models import FileReading, Piece, PieceFile, PieceKind, Seal
from documents.services import RequestLine
from documents.watermark import font, legible

from .people import actor_for
from .timeline import Timeline

A4_SMALL = (827, 1169)
MOST_CANDIDATES = 8


@dataclass(frozen=True)
class Specimen:
    """A page of paper that nobody could take for a real one."""

    title: str
    lines: tuple[str, ...] = ()

    def drawn(self) -> bytes:
        paper = Image.new("RGB", A4_SMALL, "white")
        draw = ImageDraw.Draw(paper)
        draw.rectangle((40, 40, 787, 1129), outline=(40, 70, 90), width=3)
        draw.text((80, 90), legible(self.title), font=font(34), fill=(20, 40, 60))
        for rank, line in enumerate(self.lines):
            draw.text((80, 190 + 52 * rank), legible(line), font=font(24), fill=(30, 30, 30))
        for top in range(700, 1060, 24):
            draw.line((80, top, 700 - top % 190, top), fill=(205, 210, 215), width=6)
        draw.text((240, 560), "SPECIMEN", font=font(80), fill=(215, 200, 200))
        written = io.BytesIO()
        paper.save(written, "JPEG", quality=72)
        return written.getvalue()

    def as_pdf(self) -> bytes:
        written = io.BytesIO()
        with Image.open(io.BytesIO(self.drawn())) as page:
            page.save(written, "PDF", resolution=100)
        return written.getvalue()


class PiecesOfTheCast:
    """What Amina, Inès and the candidates of the lake gave, and what Claire made of it.

    Everything passes through the services, but the checks of a file: drawn here, it is clean by
    birth, and neither a scanner nor a second of machine is spent on it."""

    def __init__(self, timeline: Timeline, *, agent: Actor) -> None:
        self.timeline = timeline
        self.agent = agent

    def build(self, *, amina: User, ines: User) -> None:
        if not PieceKind.objects.exists():
            return
        self._amina(amina)
        self._ines(ines)
        for rank, dossier in enumerate(self._candidates(without=(amina, ines))):
            self._candidate(rank, dossier)

    # --- people ---

    def _amina(self, amina: User) -> None:
        """One piece of each state: accepted, to check, too old, to replace, refused by the portal,
        replaced, asked for, just received."""
        dossier = Dossier.objects.get(applicant=amina)
        day = self.timeline.day
        card = self._readable(amina, dossier, "identite", day(-30, 18), "Carte d'identité")
        notice = self._readable(
            amina, dossier, "avis-imposition", day(-29, 20), "Avis d'impôt", pdf=True
        )
        self._seal(notice)
        slip = self._readable(amina, dossier, "salaire", day(-28, 12), "Bulletin de paie",
                              dated_on=day(-130).date())  # fmt: skip
        FileReading.objects.create(file=slip.files.get(), latest_pay=day(-130).date())
        old = self._readable(amina, dossier, "bail", day(-27, 9), "Bail, page 1")
        aid = self._readable(amina, dossier, "prestations", day(-26, 9), "Attestation CAF")
        FileReading.objects.create(file=aid.files.get(), blurred_pages=[1])
        self._accept(card, day(-20, 10))
        self._refuse(old, day(-20, 11), "incomplete",
                     "Il manque la page des signatures et la dernière quittance.")  # fmt: skip
        self._refuse(aid, day(-19, 11), "unreadable", "Reprenez la photo à plat, en plein jour.")
        self._readable(amina, dossier, "bail", day(-18, 19), "Bail, complet", replace=True)
        self._refused(amina, dossier, "lettre-employeur", day(-3, 20), "encrypted")
        with clock.travel(day(-2, 9)):
            services.request_pieces(
                actor=self.agent,
                dossier=dossier,
                lines=[RequestLine(_kind("salaire"), note="Les trois derniers mois.")],
                due=clock.end_of_local_day(clock.now(), 9),
            )
        # The worker of the demonstration checks this one as soon as it runs.
        with clock.travel(self.timeline.day(0, 0, 1)):
            self._give(amina, dossier, "union", "livret-de-famille.jpg",
                       Specimen("Livret de famille").drawn())  # fmt: skip

    def _ines(self, ines: User) -> None:
        dossier = Dossier.objects.get(applicant=ines)
        self._readable(ines, dossier, "identite", self.timeline.day(-12, 21), "Passeport")
        self._readable(ines, dossier, "union", self.timeline.day(-12, 21), "Livret de famille")

    def _candidates(self, *, without: tuple[User, ...]) -> list[Dossier]:
        """Some whose candidacy the agent's landlord studies."""
        studied = (
            Candidacy.objects.filter(
                organisation=self.agent.organisation, state__in=(State.SUBMITTED, State.INSTRUCTION)
            )
            .exclude(applicant__in=without)
            .order_by("pk")
        )
        found = Dossier.objects.filter(pk__in=studied.values("dossier_id")).order_by("pk")
        return list(found.select_related("applicant")[:MOST_CANDIDATES])

    def _candidate(self, rank: int, dossier: Dossier) -> None:
        person = dossier.applicant
        given = self.timeline.day(-6 + rank % 4, 8 + rank)
        card = self._readable(person, dossier, "identite", given, "Carte d'identité")
        self._readable(person, dossier, "avis-imposition", given, "Avis d'impôt", pdf=True)
        if rank % 3 == 0:
            self._accept(card, self.timeline.day(-1, 10, rank))
        if rank % 3 == 1:
            with clock.travel(self.timeline.day(-1, 11, rank)):
                services.request_pieces(
                    actor=self.agent,
                    dossier=dossier,
                    lines=[RequestLine(_kind("prestations")), RequestLine(_kind("salaire"))],
                    due=clock.end_of_local_day(clock.now(), 10),
                )

    # --- what is done to a piece ---

    def _give(
        self,
        person: User,
        dossier: Dossier,
        code: str,
        name: str,
        content: bytes,
        **options: object,
    ) -> Piece:
        return services.give_files(
            actor=actor_for(person),
            dossier=dossier,
            kind=_kind(code),
            member=None,
            uploads=[services.Upload(name, ContentFile(content))],
            **options,  # type: ignore[arg-type]
        )

    def _readable(
        self,
        person: User,
        dossier: Dossier,
        code: str,
        at: datetime,
        title: str,
        *,
        pdf: bool = False,
        **options: object,
    ) -> Piece:
        specimen = Specimen(title, (str(person), _kind(code).label, f"Fait le {at:%d/%m/%Y}"))
        content = specimen.as_pdf() if pdf else specimen.drawn()
        name = f"{title}.{'pdf' if pdf else 'jpg'}"
        with clock.travel(at):
            piece = self._give(person, dossier, code, name, content, **options)
            file = piece.files.latest("pk")
            storage.write(storage.clean_name(file.key), content)
            storage.write(storage.page_name(file.key, 1), specimen.drawn())
            storage.erase_quarantine(file.key)
            file.state, file.refusal = PieceFile.State.CLEAN, ""
            file.media_type = PieceFile.MediaType.PDF if pdf else PieceFile.MediaType.JPEG
            file.pages, file.clean_size = 1, len(content)
            file.sha256 = hashlib.sha256(content).hexdigest()
            file.checked_at = file.scanned_at = clock.now() + timedelta(seconds=4)
            file.save()
        return queries.with_details(Piece.objects.filter(pk=piece.pk)).get()

    def _seal(self, notice: Piece) -> None:
        """What the seal of a real notice would have said: the figure of the dossier, to confirm by
        one click."""
        person, year = notice.dossier.applicant, reference_income_year(clock.today())
        told = notice.dossier.incomes.get(member=None, year=year)
        file = notice.files.get()
        FileReading.objects.create(file=file, announced_pages=2, income_year=year)
        Seal.objects.create(
            file=file,
            kind=Seal.Kind.TAX_NOTICE,
            verdict=Seal.Verdict.VERIFIED,
            issuer="DIRECTION GENERALE DES FINANCES PUBLIQUES",
            signed_on=date(year + 1, 8, 1),
            names=[legible(f"{person.last_name} {person.first_name}").upper()],
            income_year=year,
            rfr_eur=told.rfr_eur,
        )

    def _refused(
        self, person: User, dossier: Dossier, code: str, at: datetime, reason: str
    ) -> None:
        with clock.travel(at):
            content = Specimen("Lettre").as_pdf()
            piece = self._give(person, dossier, code, "lettre protégée.pdf", content)
            file = piece.files.get()
            storage.erase_quarantine(file.key)
            file.state, file.refusal = PieceFile.State.REFUSED, reason
            file.checked_at = clock.now() + timedelta(seconds=4)
            file.save()

    def _accept(self, piece: Piece, at: datetime) -> None:
        self._conclude(piece, at, "accepted")

    def _refuse(self, piece: Piece, at: datetime, reason: str, sentence: str) -> None:
        self._conclude(piece, at, "refused", reason=reason, sentence=sentence)

    def _conclude(
        self, piece: Piece, at: datetime, outcome: str, *, reason: str = "", sentence: str = ""
    ) -> None:
        """The agent looks at the piece, then says what it is worth."""
        with clock.travel(at):
            services.look_at_page(
                actor=self.agent, file=piece.files.get(), page=1, purpose="étude de la candidature"
            )
            services.conclude(
                actor=self.agent,
                piece=piece,
                seen=rules.seen(piece.files.all()),
                outcome=outcome,
                reason=reason,
                sentence=sentence,
            )


def _kind(code: str) -> PieceKind:
    return PieceKind.objects.get(code=code)
