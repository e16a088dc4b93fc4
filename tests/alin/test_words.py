"""Our sentences are French already: no catalogue of a library puts other words in their place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

ROOT = Path(settings.BASE_DIR)
ROOMS = (
    "alin", "commission", "applications", "documents", "listings", "eligibility", "accounts",
    "notifications", "territory",
)  # fmt: skip
GETTEXTS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}


def sentences() -> Iterator[str]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXTS:
                    for each in node.args:
                        if isinstance(each, ast.Constant) and isinstance(each.value, str):
                            yield each.value
    for path in (ROOT / "templates").rglob("*.html"):
        for said in re.findall(r'_\("((?:[^"\\]|\\.)*)"', path.read_text()):
            yield said.replace('\\"', '"')


def test_nothing_we_say_is_translated_into_something_else() -> None:
    ours = set(sentences()) - {""}
    assert len(ours) > 3000
    with translation.override("fr"):
        assert {each: gettext(each) for each in ours if gettext(each) != each} == {}
