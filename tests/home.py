"""Gives every test process a data folder of its own, before Django reads its settings (named in addopts)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "GRIDTOWN_TEST_HOME" not in os.environ:
    os.environ["GRIDTOWN_TEST_HOME"] = tempfile.mkdtemp(prefix="gridtown-test-")
    atexit.register(shutil.rmtree, os.environ["GRIDTOWN_TEST_HOME"], ignore_errors=True)

HOME = Path(os.environ["GRIDTOWN_TEST_HOME"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["GRIDTOWN_HOME"] = str(HOME)
