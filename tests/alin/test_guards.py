"""What no line of the code may do, read from the code itself."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = [
    "alin",
    "accounts",
    "applications",
    "commission",
    "documents",
    "eligibility",
    "listings",
    "notifications",
    "territory",
]

# pattern → (why, files that may)
FORBIDDEN = {
    r"timezone\.now\(|datetime\.now\(|date\.today\(|localdate\(|utcnow\(": (
        "alin.kit.clock is the only reader of clocks",
        {"alin/kit/clock.py"},
    ),
    r"(?<!self)\.state = |\bstate=State\.(?!SUBMITTED)\w+\)\.update": (
        "applications.workflow alone changes the state of a candidacy",
        # The state of a mail, of a file, of a claim: not of a candidacy.
        {
            "accounts/services/claims.py",
            "applications/workflow.py",
            "documents/services/checking.py",
            "notifications/services.py",
        },
    ),
    r"\.delay\(|apply_async\(|(?<!def )send_mail\(|EmailMessage\(": (
        "the outbox is the only sender; a task is only ever woken for what a row says",
        {"alin/kit/waking.py", "notifications/services.py"},
    ),
    r"mark_safe\(|fields = \"__all__\"|csrf_exempt|\.extra\(|\.raw\(|pickle|yaml\.load\(": (
        "known ways to hurt people",
        # One click from a mail software, which has no cookie: RFC 8058. Widgets of which every
        # part is escaped where it is written, compared with Django's own by a test.
        {"listings/views/unsubscribe.py", "alin/form_renderer.py"},
    ),
}


def code() -> Iterator[Path]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            # What starts servers on one machine deals with that machine's clock.
            if "migrations" not in path.parts and "embedded" not in path.parts:
                yield path


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_forbidden_code(pattern: str) -> None:
    why, allowed = FORBIDDEN[pattern]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in code()
        if str(path.relative_to(ROOT)) not in allowed
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert found == [], why


def test_rules_touch_no_database() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in code()
        if ("rules" in path.parts or path.name == "rules.py")
        and re.search(r"\.objects\b|django\.db", path.read_text())
    ]
    assert found == []


def test_templates_run_nothing_inline() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|\|\s*safe\b|javascript:")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        # Drawn by allauth from its own secret; a data: image would be refused by our policy.
        if inline.search(line) and "totp_svg|safe" not in line
    ]
    assert found == []


def test_production_settings_pass_the_deployment_check() -> None:
    environment = {
        **os.environ,
        # Set for the browser tests of the same process, and rightly refused by the check.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        "DJANGO_SETTINGS_MODULE": "alin.settings.production",
        "ALIN_SECRET_KEY": "k3y-" + "".join(chr(97 + i % 26) for i in range(60)),
        "ALIN_BASE_URL": "https://alin.example",
        "ALIN_ALLOWED_HOSTS": "alin.example",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "System check identified no issues (1 silenced).",
    ), done.stderr


@pytest.mark.parametrize("key", ["", "short", "a" * 60])
def test_production_refuses_a_weak_key(key: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "alin.settings.production",
        "ALIN_SECRET_KEY": key,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "ALIN_SECRET_KEY" in done.stderr


def test_the_documented_diagram_is_the_code_s() -> None:
    from applications.diagram import state_diagram

    assert state_diagram() in (ROOT / "docs" / "architecture.md").read_text(), (
        "run manage.py draw_workflow"
    )


def test_every_setting_read_from_the_environment_is_in_the_readme() -> None:
    read = set()
    for path in [
        *(ROOT / "alin" / "settings").glob("*.py"),
        *(ROOT / "alin/embedded").glob("*.py"),
    ]:
        read |= set(
            re.findall(
                r"\"((?:ALIN_|DATABASE_URL|REDIS_URL|EMAIL_URL|CLAMD_URL)\w*)\"", path.read_text()
            )
        )
    readme = (ROOT / "README.md").read_text()
    assert sorted(name for name in read if f"`{name}`" not in readme) == []
