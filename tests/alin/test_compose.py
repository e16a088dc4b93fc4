import subprocess
import sys

import yaml
from django.conf import settings

COMPOSE = settings.BASE_DIR / "docker-compose.yml"
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_compose_file_follows_the_specification() -> None:
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", COMPOSE),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n"), checked.stdout


def test_the_whole_stack_is_described() -> None:
    assert sorted(SERVICES) == [
        "beat",
        "clamav",
        "mail",
        "migrate",
        "postgres",
        "storage",
        "valkey",
        "web",
        "worker",
    ]


def test_what_people_gave_outlives_the_containers() -> None:
    """Pieces and photographs lie in volumes, or in the bucket that the operator names."""
    for name in ("web", "worker", "beat"):
        kept = {volume.split(":")[1] for volume in SERVICES[name]["volumes"]}
        assert {"/app/.local/pieces", "/app/.local/pictures"} <= kept
        told = SERVICES[name]["environment"]
        for setting in ("BUCKET", "ENDPOINT", "REGION", "ACCESS_KEY", "SECRET_KEY"):
            assert told[f"S3_{setting}"] == f"${{S3_{setting}:-}}"


def test_every_service_that_stays_up_has_a_health_check() -> None:
    # The schema that is migrated once, then nothing runs.
    assert [name for name, service in SERVICES.items() if "healthcheck" not in service] == [
        "migrate"
    ]
