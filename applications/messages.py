"""What an applicant is told at each step: a title, and what happens next, in plain words.

A step that is not here says nothing: an agent's work in progress, a rank before it is notified."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.queries import members_of, parties_of
from alin.kit import clock
from alin.kit.actor import Actor
from notifications import services as notifications

from .models import Candidacy, Proposal

COMMISSION_APPEAL = (
    "Vous pouvez contester cette décision dans les deux mois : d'abord auprès du bailleur, "
    "par écrit, puis devant le tribunal administratif. Si votre attente est anormalement longue, "
    "vous pouvez saisir la commission de médiation de votre département."
)


# A home outside the commission's rules is let under private law: no administrative judge there.
DIRECT_APPEAL = (
    "Vous pouvez demander des explications au bailleur, par écrit. Si vous pensez être victime "
    "d'une discrimination, le Défenseur des droits vous aide gratuitement."
)
REQUEST_STANDS = "Votre demande de logement social reste active."


@dataclass(frozen=True)
class Message:
    title: str
    body: str


def _place(candidacy: Candidacy) -> str:
    terms = candidacy.offer_terms
    return f"{terms['typology']} à {terms['commune']}"


def appeal(candidacy: Candidacy) -> str:
    """What the person may do against a refusal, by who decided."""
    return _(COMMISSION_APPEAL if _is_social(candidacy) else DIRECT_APPEAL)


def _is_social(candidacy: Candidacy) -> bool:
    terms = candidacy.offer_terms
    # Copies made before residences were told apart say no programme.
    return terms["kind"] == "social" and terms.get("programme", "ordinary") == "ordinary"


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _request_stands(candidacy: Candidacy) -> str:
    return _(REQUEST_STANDS) if _is_social(candidacy) else ""


def _next_person(candidacy: Candidacy) -> str:
    return _("Le logement est proposé à la personne suivante.") if _is_social(candidacy) else ""


def submitted(candidacy: Candidacy) -> Message:
    return Message(
        _("Candidature reçue : %(place)s") % {"place": _place(candidacy)},
        _(
            "Votre candidature est enregistrée. L'ordre d'arrivée ne compte pas : les dossiers "
            "sont classés après la clôture des candidatures.\n\n"
            "%(landlord)s étudie votre dossier. Vous n'avez rien à faire pour l'instant ; nous "
            "vous écrirons à chaque étape."
        )
        % {"landlord": candidacy.organisation},
    )


def taken(candidacy: Candidacy) -> Message:
    return Message(
        _("Votre dossier est à l'étude : %(place)s") % {"place": _place(candidacy)},
        _("%(landlord)s vérifie votre dossier. Vous n'avez rien à faire pour l'instant.")
        % {"landlord": candidacy.organisation},
    )


def presented(candidacy: Candidacy) -> Message:
    when = candidacy.commission_at
    day = when.astimezone(clock.PARIS).strftime("%d/%m/%Y") if when else ""
    return Message(
        _("Votre dossier passe en commission : %(place)s") % {"place": _place(candidacy)},
        _(
            "La commission d'attribution examine votre dossier le %(day)s. Elle décide librement ; "
            "nous vous écrirons après la séance."
        )
        % {"day": day},
    )


def taken_off_agenda(candidacy: Candidacy) -> Message:
    when = candidacy.commission_at
    day = when.astimezone(clock.PARIS).strftime("%d/%m/%Y") if when else ""
    return Message(
        _("Votre dossier ne passe plus en commission ce jour-là : %(place)s")
        % {"place": _place(candidacy)},
        _(
            "Votre dossier ne sera pas examiné à la séance du %(day)s. Rien n'est décidé : votre "
            "candidature continue, et nous vous écrirons si elle passe à une autre séance. Vous "
            "n'avez rien à faire."
        )
        % {"day": day},
    )


def proposed(candidacy: Candidacy, proposal: Proposal) -> Message:
    return Message(
        _("Un logement vous est proposé : %(place)s") % {"place": _place(candidacy)},
        _(
            "Bonne nouvelle : ce logement vous est proposé.\n\n"
            "%(rent)s, plus %(charges)s € de charges. "
            "Dépôt de garantie : %(deposit)s €. Disponible le %(available)s.\n\n"
            "Répondez avant le %(deadline)s (heure de Paris), sur le portail. "
            "Sans réponse à cette date, la proposition est considérée comme refusée. %(then)s"
        )
        % {
            "then": _sentences(_next_person(candidacy), _request_stands(candidacy)),
            "rent": _("Loyer : %(amount)s € par mois") % {"amount": _amount(proposal.rent)}
            if proposal.rent
            else _("Sans loyer"),
            "charges": _amount(proposal.charges),
            "deposit": _amount(proposal.deposit),
            "available": proposal.available_on.strftime("%d/%m/%Y"),
            "deadline": proposal.deadline.astimezone(clock.PARIS).strftime("%d/%m/%Y à %H h %M"),
        },
    )


def awarded_behind(candidacy: Candidacy, condition_piece: str) -> Message:
    if condition_piece:
        condition = candidacy.suspensive_condition
        return Message(
            _("Décision favorable, sous condition : %(place)s") % {"place": _place(candidacy)},
            _(
                "La commission vous attribue ce logement au rang %(rank)d, à condition de fournir "
                "avant le %(due)s : %(piece)s.\n\nEnvoyez cette pièce à %(landlord)s sans "
                "attendre : "
                "passé ce délai, l'attribution ne tient plus."
            )
            % {
                "rank": candidacy.awarded_rank,
                "due": condition.due_at.astimezone(clock.PARIS).strftime("%d/%m/%Y"),
                "piece": condition_piece,
                "landlord": candidacy.organisation,
            },
        )
    return Message(
        _("Décision favorable, au rang %(rank)d : %(place)s")
        % {"rank": candidacy.awarded_rank, "place": _place(candidacy)},
        _(
            "La commission a retenu votre dossier au rang %(rank)d. Le logement est d'abord "
            "proposé à la personne classée avant vous. Si elle refuse ou ne répond pas, il vous "
            "sera proposé aussitôt."
        )
        % {"rank": candidacy.awarded_rank},
    )


def not_awarded(candidacy: Candidacy, reason: str) -> Message:
    return Message(
        _("Logement non attribué : %(place)s") % {"place": _place(candidacy)},
        _(
            "Le logement ne vous est pas attribué. Motif : %(reason)s\n\n"
            "Votre demande de logement social reste active et vous pouvez postuler à d'autres "
            "logements.\n\n%(appeal)s"
        )
        % {"reason": reason, "appeal": appeal(candidacy)},
    )


def inadmissible(candidacy: Candidacy, reason: str) -> Message:
    return Message(
        _("Candidature irrecevable : %(place)s") % {"place": _place(candidacy)},
        _(
            "La commission a jugé que les conditions d'accès au logement social ne sont pas "
            "remplies. Motif : %(reason)s\n\nVotre demande de logement social pourra être radiée "
            "un mois après un avertissement que vous recevrez.\n\n%(appeal)s"
        )
        % {"reason": reason, "appeal": appeal(candidacy)},
    )


def not_selected(candidacy: Candidacy, reason: str) -> Message:
    return Message(
        _("Candidature non retenue : %(place)s") % {"place": _place(candidacy)},
        _(
            "Votre candidature n'est pas retenue pour ce logement. Motif : %(reason)s\n\n"
            "%(then)s\n\n%(appeal)s"
        )
        % {
            "reason": reason,
            "then": _sentences(
                _("Votre demande de logement social garde son ancienneté.")
                if _is_social(candidacy) and not candidacy.dossier.numero_radiation_ground
                else "",
                _("Vous pouvez postuler à d'autres logements."),
            ),
            "appeal": appeal(candidacy),
        },
    )


def accepted(candidacy: Candidacy) -> Message:
    return Message(
        _("Vous avez accepté : %(place)s") % {"place": _place(candidacy)},
        _(
            "Votre réponse est enregistrée. %(landlord)s prépare le bail et vous contacte pour "
            "la signature et l'état des lieux."
        )
        % {"landlord": candidacy.organisation},
    )


def refused(candidacy: Candidacy) -> Message:
    return Message(
        _("Vous avez refusé : %(place)s") % {"place": _place(candidacy)},
        _sentences(
            _("Votre réponse est enregistrée."),
            _request_stands(candidacy),
            _next_person(candidacy),
        ),
    )


def expired(candidacy: Candidacy) -> Message:
    return Message(
        _("Proposition restée sans réponse : %(place)s") % {"place": _place(candidacy)},
        _sentences(
            _("Le délai de réponse est passé. Ce silence compte comme un refus."),
            _next_person(candidacy),
            _request_stands(candidacy),
        ),
    )


def withdrawn(candidacy: Candidacy) -> Message:
    return Message(
        _("Candidature retirée : %(place)s") % {"place": _place(candidacy)},
        _(
            "Votre candidature est retirée, comme vous l'avez demandé. Cela n'a aucune "
            "conséquence sur les autres."
        ),
    )


def waits_for_lease(candidacy: Candidacy) -> Message:
    return Message(
        _("Logement accepté par une personne classée avant vous : %(place)s")
        % {"place": _place(candidacy)},
        _(
            "Cette personne n'a pas encore signé le bail. Vous gardez votre rang jusque-là : si "
            "elle renonce, le logement peut vous être proposé. Vous n'avez rien à faire."
        ),
    )


def renounced(candidacy: Candidacy, *, to_next: bool) -> Message:
    return Message(
        _("Vous renoncez au logement : %(place)s") % {"place": _place(candidacy)},
        _sentences(
            _("Votre renonciation est enregistrée, et %(landlord)s en est informé.")
            % {"landlord": candidacy.organisation},
            _request_stands(candidacy),
            _next_person(candidacy) if to_next else "",
        ),
    )


def home_renounced(candidacy: Candidacy, *, to_next: bool) -> Message:
    """For the landlord: the home that was taken is to let again."""
    return Message(
        _("Renonciation avant le bail : %(place)s") % {"place": _place(candidacy)},
        _sentences(
            _("%(applicant)s renonce au logement accepté.") % {"applicant": candidacy.applicant},
            _("Il est proposé à la personne suivante.")
            if to_next
            else _("Personne n'attend derrière : c'est à vous de décider de la suite."),
        ),
    )


def lease_signed(candidacy: Candidacy) -> Message:
    struck_off = _(
        "Votre demande de logement social est satisfaite : elle est radiée à la date du bail "
        "(article R441-2-8 du Code de la construction et de l'habitation)."
    )
    return Message(
        _("Bail signé : %(place)s") % {"place": _place(candidacy)},
        _sentences(
            _(
                "Félicitations : votre bail est signé. Nous vous souhaitons de bien vivre chez "
                "vous."
            ),
            struck_off if _is_social(candidacy) else "",
        ),
    )


def tell_landlord(candidacy: Candidacy, message: Message) -> None:
    """Tell those who work for the landlord of the home, once each."""
    for membership in members_of(candidacy.organisation):
        notifications.tell(
            user=membership.user,
            key=f"landlord:{candidacy.public_id}:{candidacy.version}",
            title=message.title,
            body=message.body,
            path=reverse("staff_candidacy", args=[candidacy.public_id]),
        )


def tell_applicant(
    candidacy: Candidacy, message: Message, *, by: Actor | None = None, about: str = ""
) -> None:
    """Write the notice and the mail, in the running transaction, once per version, to whoever
    keeps the dossier. `by`: who did it, when it is one of the two; the other is told so.
    `about`: what else happened, for what changes no version of this candidacy."""
    key = f"candidacy:{candidacy.public_id}:{candidacy.version}"
    for person in parties_of(candidacy.dossier):
        body = message.body
        if by is not None and by.user_id != person.pk:
            who = _("%(name)s l'a fait pour votre dossier commun.") % {"name": by.user}
            body = f"{who}\n\n{body}"
        notifications.tell(
            user=person,
            key=f"{key}:{about}" if about else key,
            title=message.title,
            body=body,
            path=reverse("candidacy", args=[candidacy.public_id]),
        )


def _amount(value: object) -> str:
    return f"{value:.2f}".replace(".", ",")
