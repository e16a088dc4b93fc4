"""Django's test client keeps the context of Django templates; ours are Jinja2 and tell it too."""

from typing import Any

import pytest
from django.template.backends.jinja2 import Template
from django.test.signals import template_rendered


@pytest.fixture(autouse=True)
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """`response.context` holds what a view gave to its template."""
    draw = Template.render

    def render(self: Template, context: Any = None, request: Any = None) -> str:
        context = {} if context is None else context
        text = draw(self, context=context, request=request)
        template_rendered.send(sender=self, template=self, context=context)
        return text

    monkeypatch.setattr(Template, "render", render)
