"""The living page of components: each one in each state, with the code that makes it.

The page is the documentation and the test page: what is shown is what the source beside it
renders, so that the two cannot part."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from alin.kit import clock

IMPORT = '{% import "components/ui.html" as ui %}'


class SampleForm(forms.Form):
    """One field of each kind. Validated with nothing in it, every required one is refused."""

    name = forms.CharField(
        label="Nom de naissance", widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(label="Adresse électronique", help_text="Exemple : nom@exemple.fr")
    password = forms.CharField(
        label="Mot de passe", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    income = forms.DecimalField(
        label="Revenu fiscal de référence",
        help_text="Il est écrit sur votre avis d'impôt.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    surface = forms.IntegerField(label="Surface souhaitée", required=False)
    birth_date = forms.DateField(
        label="Date de naissance",
        help_text="JJ/MM/AAAA, par exemple 27/03/1985",
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "bday"}),
    )
    reason = forms.CharField(
        label="Motif de la demande", max_length=200, widget=forms.Textarea(attrs={"rows": 4})
    )
    typology = forms.ChoiceField(
        label="Type de logement", choices=[("", "Choisissez"), ("T1", "T1"), ("T2", "T2")]
    )
    housed = forms.ChoiceField(
        label="Où vivez-vous aujourd'hui ?",
        choices=[
            ("tenant", "En location"),
            ("family", "Chez un proche"),
            ("none", "Sans logement"),
        ],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label="De quoi avez-vous besoin ?",
        choices=[("lift", "Un ascenseur"), ("ground", "Un rez-de-chaussée")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    proof = forms.FileField(label="Avis d'impôt", help_text="PDF ou photo, 10 Mo au plus")
    sworn = forms.BooleanField(label="Je déclare que ces renseignements sont exacts.")
    page = forms.CharField(widget=forms.HiddenInput, required=False, initial="1")


@dataclass(frozen=True)
class Sample:
    title: str
    source: str


SAMPLES: dict[str, list[Sample]] = {
    "Messages": [
        Sample(
            "Bandeaux",
            """{{ ui.notice_banner("Votre dossier est enregistré.", "success") }}
{{ ui.notice_banner("Il vous manque une pièce.", "warning", title="À compléter") }}
{{ ui.notice_banner("Cette offre est close.", "danger") }}
{{ ui.notice_banner("Les plafonds de 2027 ne sont pas encore publiés.", "info") }}""",
        ),
        Sample("Encart", """{{ ui.inset("Une demande de logement social est gratuite.") }}"""),
        Sample("Résumé des erreurs", """{{ ui.error_summary(refused) }}"""),
        Sample("Résumé des erreurs, sans erreur", """{{ ui.error_summary(empty) }}"""),
        Sample(
            "Liste vide",
            """{{ ui.empty_state("Aucun logement ne correspond",
    "Élargissez la zone ou retirez un filtre.", "Tout effacer", "#") }}""",
        ),
        Sample(
            "Nombre de résultats",
            """{{ ui.result_count(0, "logement", "logements") }}
{{ ui.result_count(1234, "logement", "logements", id="resultats-2") }}
{{ ui.result_count(1000, "logement", "logements", capped=true, id="resultats-3") }}""",
        ),
    ],
    "Boutons": [
        Sample(
            "Sortes",
            """{% call ui.button_group() %}
{{ ui.button("Postuler") }}
{{ ui.button("Enregistrer", kind="secondary") }}
{{ ui.button("Retirer ma candidature", kind="danger", icon_name="trash") }}
{{ ui.button("Annuler", kind="link", href="#") }}
{{ ui.button("Modifier", kind="secondary", small=true, hidden_text="le foyer") }}
{% endcall %}""",
        ),
        Sample(
            "Empêché, avec la raison",
            """{{ ui.button("Présenter à la commission",
    disabled_reason="Il reste à vérifier : le revenu fiscal de référence, l'employeur.") }}""",
        ),
        Sample(
            "Un verbe dans une liste",
            """{{ ui.post_button(request, "Prendre en charge", "#", fields={"version": 3}) }}""",
        ),
    ],
    "Formulaires": [
        Sample(
            "Tous les champs",
            """{{ ui.form_open(request) }}{{ ui.fields(empty) }}{{ ui.form_close() }}""",
        ),
        Sample(
            "Tous les champs, refusés",
            """{{ ui.form_open(request) }}{{ ui.fields(refused) }}{{ ui.form_close() }}""",
        ),
        Sample(
            "Unité, largeur, compteur, ligne",
            """{{ ui.form_open(request) }}
{{ ui.field(options.income, suffix="€ par an", width=10) }}
{{ ui.field(options.surface, prefix="au moins", suffix="m²", width=4) }}
{{ ui.field(options.reason, count=200) }}
{{ ui.field(options.housed, inline=true) }}
{{ ui.button("Enregistrer") }}
{{ ui.form_close() }}""",
        ),
        Sample(
            "Filtres",
            """{% call ui.filters("Affiner la recherche", reset_href="#") %}
{{ ui.field(search.typology, optional=false) }}
{% endcall %}""",
        ),
        Sample(
            "Étapes",
            """{{ ui.steps(["Foyer", "Ressources", "Vérification"], 2) }}""",
        ),
        Sample(
            "Relire avant d'envoyer",
            """{{ ui.check_answers("Votre foyer", [
    {"key": "Vous", "value": "Amina Belkacem"},
    {"key": "Personnes à charge", "value": "2 enfants"},
], change_href="#") }}""",
        ),
    ],
    "États et délais": [
        Sample(
            "Étiquettes",
            """{{ ui.tag("À faire") }} {{ ui.tag("Reçue", "info") }}
{{ ui.tag("Vérifié", "success") }}
{{ ui.tag("En attente", "warning") }} {{ ui.tag("Refusé", "danger") }}
{{ ui.tag("Nouveau", "accent") }} {{ ui.tag("Terminé", "pine") }}
{{ ui.candidacy_state("En commission", "info") }}""",
        ),
        Sample(
            "Délai",
            """{{ ui.deadline(in_ten_days, "Répondez avant le") }}
{{ ui.deadline(tomorrow, "Répondez avant le") }}
{{ ui.deadline(yesterday, "La réponse était attendue le") }}""",
        ),
        Sample(
            "Admissible",
            """{{ ui.verdict("yes", "Vos revenus permettent ce logement", [
    {"text": "Votre revenu est sous le plafond PLUS de la zone.", "figure": 24500|euros(short=true),
     "limit": 33479|euros(short=true), "year": 2026, "figure_label": "Votre revenu fiscal",
     "limit_label": "Plafond", "source": "arrêté du 29 juillet 1987, annexe I"},
]) }}""",
        ),
        Sample(
            "Non admissible",
            """{{ ui.verdict("no", "Vos revenus dépassent le plafond", [
    {"text": "Ce logement est réservé aux revenus modestes (PLAI).",
     "figure": 24500|euros(short=true), "limit": 18400|euros(short=true), "year": 2026,
     "change": "Les logements PLUS vous sont ouverts."},
]) }}""",
        ),
        Sample(
            "On ne sait pas encore",
            """{{ ui.verdict("unknown", "Il nous manque votre revenu", [
    {"text": "Ajoutez votre revenu fiscal de référence à votre dossier."},
]) }}""",
        ),
        Sample(
            "Avancement et jauge",
            """{{ ui.progress("Votre dossier", 3, 5) }}
{{ ui.gauge("Part du loyer dans vos revenus", 28, 50, "28 %", low=30, high=40) }}
{{ ui.gauge("Part du loyer dans les revenus du foyer", 44, 50, "44 %", low=30, high=40) }}""",
        ),
    ],
    "Faits": [
        Sample(
            "Liste de faits",
            """{{ ui.summary_list([
    {"key": "Loyer", "value": 612.4|euros, "change_href": "#"},
    {"key": "Identité", "value": "Amina Belkacem", "tag": {"label": "Vérifié", "tone": "success"}},
]) }}""",
        ),
        Sample(
            "Liste de tâches",
            """{{ ui.task_list([
    {"title": "Votre foyer", "status": "Terminé", "tone": "success", "href": "#"},
    {"title": "Vos ressources", "hint": "Il manque le revenu fiscal de référence",
     "status": "À compléter", "tone": "warning", "href": "#"},
    {"title": "Envoyer", "status": "Pas encore possible"},
]) }}""",
        ),
        Sample(
            "Chiffres clés",
            """{{ ui.key_figures([
    {"label": "candidatures à instruire", "value": 214|nombre, "href": "#"},
    {"label": "offres ouvertes", "value": "38"},
]) }}""",
        ),
        Sample(
            "Historique",
            """{{ ui.timeline([
    {"instant": yesterday, "title": "Dossier pris en charge", "who": "Claire Morel"},
    {"instant": yesterday, "title": "Candidature envoyée", "text": "Accusé de réception envoyé."},
]) }}""",
        ),
        Sample("Personne", """{{ ui.person("Amina Belkacem", "2 adultes, 1 enfant") }}"""),
        Sample(
            "Tableau",
            """{{ ui.data_table("Candidats", ["Candidat", "Points", "Loyer"],
    [["Amina Belkacem", 42, 612|euros(short=true)], ["Bruno Diaz", 38, 540|euros(short=true)]],
    numeric=[1, 2]) }}""",
        ),
        Sample(
            "Tableau qui défile",
            """{% call ui.scroll_table("Barème") %}
<thead><tr><th scope="col">Zone</th><th scope="col" class="num">Plafond</th></tr></thead>
<tbody><tr><th scope="row">A</th><td class="num">{{ 33479|euros(short=true) }}</td></tr></tbody>
{% endcall %}""",
        ),
        Sample(
            "Précisions",
            """{% call ui.details("Qu'est-ce que le numéro unique ?") %}
<p>Le numéro de votre demande de logement social.</p>
{% endcall %}""",
        ),
    ],
    "Logements": [
        Sample(
            "Cartes",
            """{% call ui.offer_list() %}
<li>{{ ui.offer_card(card, level=4) }}</li>
<li>{{ ui.offer_card(bare_card, level=4) }}</li>
{% endcall %}""",
        ),
        Sample(
            "Loyer",
            """<p>{{ ui.rent_of_home(card.rent) }}</p>
<p>{{ ui.rent_of_home(0) }}</p>""",
        ),
    ],
    "Se repérer": [
        Sample(
            "Fil d'Ariane",
            """{{ ui.breadcrumb([("Logements", "#"), ("Annecy", "#"), ("T3", none)]) }}""",
        ),
        Sample("Retour", """{{ ui.back_link("#") }}"""),
        Sample(
            "Menu d'une page",
            """{{ ui.subnav("Offre", [
    {"label": "Candidats", "href": "#", "current": true, "badge": 12},
    {"label": "Annonce", "href": "#", "current": false},
]) }}""",
        ),
        Sample(
            "Pages",
            """{{ ui.pagination(previous_href="#", next_href="#", text="Page 2") }}
{{ ui.pagination(next_href="#", label="Pages de l'historique") }}""",
        ),
    ],
}


def sample_context() -> dict[str, Any]:
    now = clock.now()
    card = {
        "title": "T3 lumineux, rue du Lac",
        "place": "Annecy (74)",
        "rent": Decimal("612.40"),
        "surface": Decimal("64.5"),
        "typology": "T3",
        "funding": "PLUS",
        "href": "#",
    }
    return {
        "empty": SampleForm(auto_id="vide_%s"),
        "refused": SampleForm({}, auto_id="refus_%s"),
        "options": SampleForm(auto_id="option_%s"),
        "search": SampleForm(auto_id="filtre_%s"),
        "in_ten_days": now + timedelta(days=10),
        "tomorrow": now + timedelta(days=1),
        "yesterday": now - timedelta(days=1),
        "bare_card": card,
        "card": card
        | {
            "image": static("img/rue.svg"),
            "closes_at": now + timedelta(days=6),
            "eligibility": {"label": "Sous le plafond", "tone": "success"},
            "state": {"label": "Vous avez postulé", "tone": "info"},
        },
    }


def render_sample(sample: Sample, context: dict[str, Any], request: HttpRequest) -> SafeString:
    template = engines["jinja2"].from_string(IMPORT + sample.source)
    return SafeString(template.render(context, request))


@require_safe
@login_not_required
def components_page(request: HttpRequest) -> HttpResponse:
    if not settings.SHOW_COMPONENTS:
        raise Http404
    context = sample_context()
    sections = {
        title: [(sample, render_sample(sample, context, request)) for sample in samples]
        for title, samples in SAMPLES.items()
    }
    return render(request, "composants.html", {"sections": sections})
