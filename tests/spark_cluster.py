"""A Spark cluster of separate processes on this machine: a master and two workers, which end with it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# A question is asked once of a few rows: what the second compiler would gain it takes twice from two cores.
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def missing() -> str:
    """What is missing for Spark to run here; "" when nothing is."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (uv pip install --require-hashes -r requirements-scale.lock)"
    return (
        "" if shutil.which("java") else "there is no Java (Debian: apt-get install openjdk-17-jre-headless)"
    )


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def cluster(work: Path) -> Iterator[str]:
    """The master's address; a session begun within it is as short-lived as the cluster."""
    spec = find_spec("pyspark")
    home, port = Path(spec.origin).parent, _free()
    os.environ["JAVA_TOOL_OPTIONS"] = BRIEF
    env = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOG_DIR": str(work)}
    log = (work / "cluster.log").open("wb")
    master = f"spark://127.0.0.1:{port}"

    def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        return subprocess.Popen(command, env=env, stdout=log, stderr=log)

    running = [start("master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")]
    try:
        _listening(port)
        told = ("--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g")
        running += [
            start("worker.Worker", *told, "--work-dir", str(work / f"worker-{n}"), master) for n in range(2)
        ]
        yield master
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()
        del os.environ["JAVA_TOOL_OPTIONS"]


def _listening(port: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("Spark's master did not start")
