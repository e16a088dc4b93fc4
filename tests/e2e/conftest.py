"""A real browser on the portal. Whatever a page loads from elsewhere, breaks of its security
policy or throws as an error fails the test that opened it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from alin.embedded.browser import FLAGS, chromium, prepare_driver

# Playwright's synchronous interface runs an event loop in this thread; Django sees it and
# would refuse the database, which the factories of a test use from the same thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A loaded machine is slow, not wrong: a fact that comes is waited for.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """([rules, preload]) => axe.run(
    document, {runOnly: rules, preload, resultTypes: ["violations"]}).then(
    result => result.violations.flatMap(violation =>
        violation.nodes.map(node => `${violation.id} : ${node.target.join(' ')}`)))"""


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    prepare_driver()
    executable, environment = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=executable, env={**environment}, args=FLAGS, timeout=3 * PATIENCE_MS
        )
        yield launched
        launched.close()


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page for one more person (own cookies); takes the options of a Playwright
    context, such as `java_script_enabled=False` or `viewport`. Paths are relative to the
    portal: `page.goto("/")`."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(
            **{
                "base_url": live_server.url,
                "locale": "fr-FR",
                "timezone_id": "Europe/Paris",
                "reduced_motion": "reduce",
                **options,
            }
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("weberror", lambda error: faults.append(f"erreur : {error.error}"))
        context.on(
            "console",
            lambda said: (
                faults.append(f"console : {said.text}")
                if "Content Security Policy" in said.text
                else None
            ),
        )
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:"))
                else faults.append(f"requête : {request.url}")
            ),
        )
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def logged_in(new_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """`logged_in(user, **options)`: a page of somebody already known, without the login form.
    Options are those of `new_page`."""

    def enter(user: Any, **options: Any) -> Page:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page = new_page(**options)
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return page

    return enter


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """`axe(page)` returns the accessibility faults of the page as it is now, one line each.
    `preload=False` where sheets import others: axe would write their rules into the page, which
    its security policy refuses."""
    source = (settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def run(page: Page, *, preload: bool = True) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
            # The next pages of this person come with it: half a second saved on each.
            page.context.add_init_script(source)
        return list(page.evaluate(_RUN_AXE, [AXE_RULES, preload]))

    return run
