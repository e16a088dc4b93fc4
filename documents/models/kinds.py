"""The closed list of pieces that may be asked for a demande de logement social."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

# What nobody may ask, whatever the situation (R441-2-4-1 CCH: the list is limitative). Shown to
# applicants as rows of the list; the database refuses a request or a piece of these kinds.
FORBIDDEN_CODES = (
    "releve-bancaire",
    "carte-vitale",
    "casier-judiciaire",
    "dossier-medical",
    "photo-identite",
    "caution",
)
# The same, asked in a sentence: of a request, of a refusal, of a condition. Read by the database
# and by Python: capital accents and accents typed apart are written out, because neither sees them
# as the same letter everywhere.
_APART = r"[\s\u00a0\u202f('’\"«_-]+"
_E = r"(é|É|e\u0301?)"
_OF = (
    rf"({_APART}(de|du|des|d|la|le|les|un|une|mon|ma|mes|vos|votre|ton|ta|tes|son|sa|ses|leurs?"
    rf"|mensuels?|annuels?|trimestriels?|r{_E}cents?|derniers?|complets?))"
)
FORBIDDEN_WORDS = (
    rf"(relev{_E}s?|extraits?){_OF}{{0,5}}{_APART}(bancaires?|comptes?|banques?)"
    rf"|cartes?{_APART}vitales?"
    rf"|casiers?{_APART}judiciaires?"
    rf"|dossiers?{_APART}m{_E}dica(l|ux)"
    rf"|photo(graphie)?s?{_OF}{{1,3}}{_APART}identit"
    rf"|(lettres?|attestations?|engagements?){_OF}{{1,3}}{_APART}(garante?s?|cautions?)"
    rf"|lettres?{_OF}{{1,3}}{_APART}garanties?"
    rf"|actes?{_OF}{{1,3}}{_APART}caution(nement)?s?"
)
FORBIDDEN_SAID = _(
    "La loi interdit de demander un relevé bancaire, une carte Vitale, un casier judiciaire, un "
    "dossier médical, une photo d'identité ou un acte de caution : dites-le autrement."
)


class PieceKind(models.Model):
    """One line of the list: what it proves, when it is asked, how long it holds.

    Loaded from `documents/data/pieces.csv`; a new text is a new file, not code. A line that leaves
    the file is dated, never deleted: what was given under it keeps its name. `situations` are
    names given by `documents.rules.situations`; a kind without any is given or asked one by one."""

    class Level(models.TextChoices):
        REGISTER = "register", _("Obligatoire pour enregistrer la demande")
        INSTRUCT = "instruct", _("Obligatoire pour étudier la demande")
        COMPLEMENTARY = "complementary", _("Complémentaire, selon votre situation")
        SUPPORT = "support", _("Facultative, en appui")
        FORBIDDEN = "forbidden", _("Interdite")

    code = models.SlugField(_("code"), primary_key=True)
    level = models.CharField(_("niveau"), max_length=20, choices=Level)
    family = models.CharField(_("sujet"), max_length=20)
    situations = models.CharField(_("situations"), max_length=120, blank=True)
    label = models.CharField(_("nom"), max_length=120)
    why = models.CharField(_("pourquoi"), max_length=200)
    example = models.TextField(_("exemple"), blank=True)
    validity_months = models.PositiveSmallIntegerField(_("validité en mois"), null=True, blank=True)
    yearly = models.BooleanField(_("d'une année de revenus"), default=False)
    # Days: nobody ever studied it; the last study ended; another one came instead; the person left
    # the household while it was studied.
    kept_unused = models.PositiveSmallIntegerField(_("gardée sans étude, en jours"))
    kept_after_study = models.PositiveSmallIntegerField(_("gardée après l'étude, en jours"))
    kept_replaced = models.PositiveSmallIntegerField(_("gardée remplacée, en jours"))
    kept_departed = models.PositiveSmallIntegerField(_("gardée après un départ, en jours"))
    kept_source = models.TextField(_("source de la durée"), blank=True)
    # Of a yearly piece: the month from which the one on the year before exists, to be given early.
    ready_in_month = models.PositiveSmallIntegerField(_("mois de parution"), null=True, blank=True)
    # Its name alone tells of a health, of a violence, of a measure: no mail names it, and nobody
    # asks for it who was not told of the situation.
    sensitive = models.BooleanField(_("son nom seul peut nuire"), default=False)
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    since = models.DateField(_("en vigueur depuis"))
    # The first day it is no longer asked: the list that counts has it no more.
    until = models.DateField(_("en vigueur jusqu'au (exclu)"), null=True, blank=True)
    source = models.TextField(_("source"))

    class Meta:
        ordering = ["rank", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level="forbidden", code__in=FORBIDDEN_CODES)
                | ~models.Q(level="forbidden") & ~models.Q(code__in=FORBIDDEN_CODES),
                name="forbidden_pieces_are_named",
                violation_error_message=_("La loi interdit de demander cette pièce."),
            ),
            models.CheckConstraint(
                condition=~models.Q(source=""),
                name="piece_kind_has_a_source",
                violation_error_message=_("Chaque pièce de la liste a sa source."),
            ),
            models.CheckConstraint(
                condition=models.Q(level="forbidden") | ~models.Q(kept_source=""),
                name="piece_kind_says_why_it_is_kept",
                violation_error_message=_("Chaque durée de conservation a sa source."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="piece_kind_ends_after_it_began",
                violation_error_message=_("Une pièce ne quitte pas la liste avant d'y entrer."),
            ),
        ]
        verbose_name = _("pièce de la liste")
        verbose_name_plural = _("liste des pièces")

    def __str__(self) -> str:
        return self.label

    @property
    def is_forbidden(self) -> bool:
        return self.level == self.Level.FORBIDDEN

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)

    @property
    def named_situations(self) -> list[str]:
        return self.situations.split()
