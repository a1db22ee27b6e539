"""A refresh in a process of its own: it keeps no writer waiting, and may be killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_writers_go_on_during_a_refresh_and_kill_9_loses_nothing(tmp_path):
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "GRIDTOWN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "gridtown.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, str(ROOT / "tests" / "programs" / "refreshing.py")]

    def run(what: str) -> list[str]:
        done = subprocess.run(
            [*command, what], env=env, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        return done.stdout.split()

    (known,) = run("make")
    with subprocess.Popen(
        [*command, "refresh"], env=env, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as refreshing:
        assert refreshing.stdout.readline() == "writing\n"
        os.kill(refreshing.pid, signal.SIGSTOP)  # in the midst of it, for as long as it takes to write
        (longest,) = run("write")
        os.kill(refreshing.pid, signal.SIGKILL)
        assert "ended" not in refreshing.stdout.read()
    assert float(longest) < 2_000, (
        "a writer waits for no refresh (a locked ledger would keep it for five seconds)"
    )
    before, after, as_from_nothing = run("check")
    assert before == known, "the old state stands"
    assert int(after) > int(known) + 15
    assert as_from_nothing == "True"
