"""What a test process needs before Django reads its settings (in addopts): a data folder of its own; its memory."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

if "GRIDTOWN_TEST_HOME" not in os.environ:
    os.environ["GRIDTOWN_TEST_HOME"] = tempfile.mkdtemp(prefix="gridtown-test-")
    atexit.register(shutil.rmtree, os.environ["GRIDTOWN_TEST_HOME"], ignore_errors=True)

HOME = Path(os.environ["GRIDTOWN_TEST_HOME"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["GRIDTOWN_HOME"] = str(HOME)

gc.disable()  # until all tests are collected: of what is loaded for them nothing can go, and looking took a seventh


def pytest_collection_finish() -> None:
    """From here on collect, as a server does that has loaded everything."""
    from gridtown.memory import keep_loaded  # noqa: PLC0415 - not before the settings know their folder

    gc.enable()
    keep_loaded()
