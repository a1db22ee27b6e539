"""Real processes on one ledger: killed at any moment, or acting on the same case at the same time."""

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scratch import Scratch


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """One installation for this module."""
    made = Scratch(Path(tmp_path_factory.mktemp("scratch")))
    yield made
    made.close()


def seen(scratch: Scratch) -> tuple[dict[str, int], list[str]]:
    """Each case's version, and what is wrong."""
    lines = [line.split(" ", 1) for line in scratch.run("tests.programs.check")]
    versions = {name: int(value) for name, value in lines if name.startswith("AP")}
    return versions, [" ".join(line) for line in lines if line[0] == "fault" or line == ["half-done", "1"]]


@pytest.mark.slow
def test_killed_writers_lose_nothing_acknowledged_and_leave_nothing_half_done(scratch: Scratch) -> None:
    dice, acknowledged = random.Random(20261123), {}
    for turn in range(2):
        writers = [scratch.start("tests.programs.write", f"w{turn}{n}") for n in range(2)]
        firsts = [writer.stdout.readline() for writer in writers if writer.stdout]  # all are at it
        time.sleep(dice.uniform(0.05, 0.6))
        for writer in writers:
            writer.kill()
        said = "".join([*firsts, *(writer.communicate()[0] for writer in writers)])
        whole = [line.split() for line in said.split("\n") if line.count(" ") == 1 and line.split()[1]]
        acknowledged |= {number: int(version) for number, version in whole}
    versions, faults = seen(scratch)
    assert len(acknowledged) > 20, "the writers were killed before they had written anything"
    assert {
        number: versions.get(number, 0)
        for number in acknowledged
        if versions.get(number, 0) < acknowledged[number]
    } == {}
    assert faults == []


@pytest.mark.slow
def test_of_several_processes_on_one_version_exactly_one_moves_the_case(scratch: Scratch) -> None:
    case = scratch.run("tests.programs.open_one", "race")[0]
    runners = [
        scratch.start("tests.programs.race", case, "1", f"race:{n}", stdin=subprocess.PIPE) for n in range(2)
    ]
    for runner in runners:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ready\n"
    results = [runner.communicate("go\n")[0].strip() for runner in runners]
    assert sorted(results) == ["overtaken", "taken"]
    assert seen(scratch)[1] == []


@pytest.mark.slow
def test_the_same_sending_from_several_processes_is_taken_once(scratch: Scratch) -> None:
    case = scratch.run("tests.programs.open_one", "twice")[0]
    runners = [
        scratch.start("tests.programs.race", case, "1", "one key", stdin=subprocess.PIPE) for _ in range(2)
    ]
    for runner in runners:
        assert runner.stdout is not None
        runner.stdout.readline()
    results = [runner.communicate("go\n")[0].strip() for runner in runners]
    assert sorted(results) == ["repeated", "taken"]
