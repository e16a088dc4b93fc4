"""`./bench` keeps running as the pages it measures change."""

import subprocess
import sys

from django.conf import settings


def test_the_bench_measures_every_target_at_the_smallest_size() -> None:
    """It compares the portal with bare statements: that both say the same is asserted there."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--trial"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    begun = {line.split(".")[0] for line in run.stdout.splitlines() if line[:1].isdigit()}
    assert begun == {"1", "2", "3", "4", "5", "6", "7", "8", "11"}
    assert "0 différence entre la liste, le recalcul complet et l'annotation" in run.stdout
    assert "lancées deux fois à la fois puis une troisième : 0 doublon" in run.stdout
