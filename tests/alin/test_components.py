"""The components in each state: well formed, linked to one another, without anything inline."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import engines
from django.test import Client, RequestFactory, override_settings

from alin.components import IMPORT, SAMPLES, SampleForm, render_sample, sample_context
from alin.kit.actor import ANONYMOUS, Actor
from alin.navigation import menu

TEMPLATES = Path(settings.BASE_DIR) / "templates"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SHAPES = {"use", "path", "circle", "rect"}
REFERENCES = ("for", "aria-describedby", "aria-controls", "aria-labelledby")


class Page(HTMLParser):
    """Ids, references and links of a page; refuses a tag that is closed wrongly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.anchors: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.note(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.note(attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            last = self.open.pop()
            assert last == tag, f"</{tag}> closes <{last}>, line {self.getpos()}"

    def note(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in REFERENCES:
                self.references += (value or "").split()
            elif name == "href" and (value or "").startswith("#") and value != "#":
                self.anchors.append((value or "")[1:])


@pytest.fixture
def visitor_request(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/composants/")
    request.user = AnonymousUser()
    request.actor = ANONYMOUS  # type: ignore[attr-defined]
    return request


def macro(source: str, request: HttpRequest, **context: object) -> str:
    return engines["jinja2"].from_string(IMPORT + source).render(context, request)


@pytest.mark.parametrize(
    "sample", [sample for samples in SAMPLES.values() for sample in samples], ids=lambda s: s.title
)
def test_each_component_renders_in_each_state(sample, visitor_request: HttpRequest) -> None:
    page = Page(render_sample(sample, sample_context(), visitor_request))
    assert len(page.ids) == len(set(page.ids))


def test_every_macro_is_shown_on_the_living_page() -> None:
    source = (TEMPLATES / "components" / "ui.html").read_text()
    shown = " ".join(sample.source for samples in SAMPLES.values() for sample in samples)
    macros = set(re.findall(r"macro ([a-z][a-z_]*)\(", source))
    # Shown through another one, or a whole page.
    indirect = {"error_message", "optional_notice", "confirm"}
    assert {name for name in macros - indirect if f"ui.{name}(" not in shown} == set()


def test_the_living_page_holds_together(client: Client) -> None:
    response = client.get("/composants/")
    assert response.status_code == 200
    page = Page(response.content.decode())
    assert sorted(page.ids) == sorted(set(page.ids))
    assert set(page.references) - set(page.ids) == set()
    assert set(page.anchors) - set(page.ids) == set()


@override_settings(SHOW_COMPONENTS=False)
def test_the_living_page_does_not_exist_where_it_is_not_shown(client: Client) -> None:
    assert client.get("/composants/").status_code == 404


def test_each_error_leads_to_its_field_with_the_same_words(visitor_request: HttpRequest) -> None:
    form = SampleForm({})
    summary = macro("{{ ui.error_summary(form) }}", visitor_request, form=form)
    page = macro("{{ ui.fields(form) }}", visitor_request, form=form)
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert [target for target, _ in links] == [
        "id_name",
        "id_email",
        "id_password",
        "id_income",
        "id_birth_date",
        "id_reason",
        "id_typology",
        "id_housed_0",
        "id_proof",
        "id_sworn",
    ]
    assert [target for target, _ in links if f'id="{target}"' not in page] == []
    assert [words for _, words in links if f"</span> {words}</span>" not in page] == []
    assert links[0] == ("id_name", "Remplissez «\u00a0Nom de naissance\u00a0».")


def test_an_own_message_is_kept_and_a_whole_form_error_has_no_link(
    visitor_request: HttpRequest,
) -> None:
    class Household(forms.Form):
        adults = forms.IntegerField(
            label="Adultes", error_messages={"required": "Dites combien vous êtes."}
        )

        def clean(self) -> None:
            raise forms.ValidationError("Le foyer est vide.")

    summary = macro("{{ ui.error_summary(form) }}", visitor_request, form=Household({}))
    assert re.findall(r"<li>(.*?)</li>", summary) == [
        "Le foyer est vide.",
        '<a href="#id_adults">Dites combien vous êtes.</a>',
    ]


def test_a_field_keeps_what_its_widget_says(visitor_request: HttpRequest) -> None:
    form = SampleForm({"income": "abc"})
    html = macro("{{ ui.field(form.income, suffix='€', width=10) }}", visitor_request, form=form)
    control = re.search(r"<input[^>]*>", html)
    assert control
    assert dict(re.findall(r'([a-z-]+)="([^"]*)"', control[0])) == {
        "type": "text",
        "name": "income",
        "value": "abc",
        "inputmode": "decimal",
        "aria-describedby": "id_income_helptext id_income_error",
        "aria-invalid": "true",
        "class": "govuk-input govuk-input--error width-10",
        "id": "id_income",
    }


def test_a_button_that_cannot_act_says_why(visitor_request: HttpRequest) -> None:
    html = macro(
        '{{ ui.button("Valider", name="go", disabled_reason="Il manque une pièce.") }}',
        visitor_request,
    )
    assert 'type="button"' in html
    assert 'aria-disabled="true" aria-describedby="action-valider-raison"' in html
    assert 'id="action-valider-raison">Il manque une pièce.<' in html
    assert "go" not in re.findall(r'name="([^"]*)"', html)


def test_a_posted_form_carries_its_guards(visitor_request: HttpRequest) -> None:
    post = macro("{{ ui.form_open(request) }}", visitor_request)
    assert re.findall(r'name="([^"]+)"', post) == [
        "csrfmiddlewaretoken",
        "form_token",
        "form_owner",
        "form_page",
    ]
    assert (
        re.findall(r"name=", macro('{{ ui.form_open(request, method="get") }}', visitor_request))
        == []
    )


def test_nothing_is_written_inline() -> None:
    """The policy refuses inline scripts and styles: no template may count on one."""
    forbidden = {
        "style attribute": r"\sstyle\s*=",
        "style tag": r"<style\b",
        "inline handler": r"\son[a-z]+\s*=\s*[\"']",
        "inline script": r"<script(?![^>]*\ssrc=)",
    }
    mails = TEMPLATES / "notifications"
    found = [
        f"{path.relative_to(TEMPLATES)}: {what}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        if mails not in path.parents
        for what, pattern in forbidden.items()
        if re.search(pattern, path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_the_last_pages_need_nothing(status: int) -> None:
    page = engines["jinja2"].get_template(f"errors/{status}.html").render({})
    assert Page(page).ids == ["contenu"]
    assert page.count("<h1>") == 1


def test_an_unknown_address_offers_a_search(client: Client, db: None) -> None:
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert 'action="/logements/" role="search"' in response.content.decode()


class TestMenu:
    def labels(self, actor: Actor) -> list[str]:
        return [item.label for item in menu(actor, "/")]

    def test_a_visitor_finds_the_homes_and_the_simulator(self) -> None:
        assert self.labels(ANONYMOUS) == ["Logements", "Mes droits"]

    def test_the_longest_address_is_the_current_one(self, cast) -> None:
        entries = menu(cast.as_chloe, "/bailleur/candidatures/12/")
        assert [item.label for item in entries if item.current] == ["Candidatures"]

    def test_each_person_finds_what_is_theirs(self, cast) -> None:
        assert self.labels(cast.as_amina) == [
            "Logements",
            "Mes droits",
            "Mon dossier",
            "Mes candidatures",
            "Messages",
        ]
        assert self.labels(cast.as_claire) == [
            "Tableau de bord",
            "Candidatures",
            "Pièces",
            "Offres",
            "Parc",
            "Commissions",
            "Messages",
        ]
        assert self.labels(cast.as_chloe)[6] == "Équipe"
        assert self.labels(cast.as_estelle) == ["Logements", "Commissions", "Messages"]
        assert self.labels(cast.as_farid) == ["Plateforme", "Logements", "Messages"]
