"""Real processes on one ledger: killed at any moment, or acting on the same case at the same time."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridtown import lines
from tests.programs.at_once import chosen
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
        writer = scratch.start("tests.programs.write", f"w{turn}")
        first = writer.stdout.readline() if writer.stdout else ""
        time.sleep(dice.uniform(0.2, 0.8))
        writer.kill()
        said = first + writer.communicate()[0]
        whole = [
            line.split() for line in said.split("\n")[:-1]
        ]  # what follows the last line's end was cut off
        acknowledged |= {number: int(version) for number, version in whole}
    versions, faults = seen(scratch)
    assert len(acknowledged) > 20, "the writers were killed before they had written anything"
    assert [number for number, version in acknowledged.items() if versions.get(number, 0) < version] == []
    assert faults == []


@pytest.mark.slow
def test_of_several_at_once_exactly_one_moves_the_case(scratch: Scratch) -> None:
    one_version, one_sending = scratch.run("tests.programs.race")
    assert one_version.split() == ["overtaken"] * 3 + ["taken"]
    assert one_sending.split() == ["repeated"] * 3 + ["taken"]
    assert seen(scratch)[1] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "n"), [(line.key, n) for line in lines.found().values() for n in range(len(chosen(line)))]
)
def test_of_each_move_of_a_line_sent_at_once_exactly_one_takes_effect(
    tmp_path: Path, line: str, n: int
) -> None:
    """Whatever is pressed twice, by one or by several, and every vote of a poll that is cast at one instant."""
    made = Scratch(tmp_path, "django", "migrate", "--verbosity=0")
    try:
        (told,) = made.run("tests.programs.at_once", line, str(n))
        assert int(told.split()[0]) > 0, "nothing was sent"
        assert seen(made)[1] == []
    finally:
        made.close()
