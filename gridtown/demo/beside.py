"""What can be done while the year is walked: a machine has more than one core, and the walk needs one."""

import shlex
import subprocess
import tempfile


class Beside:
    """A command of the installation's, run beside the walk; what it says is kept, for it would tear up the bar."""

    def __init__(self, command: str) -> None:
        """Begin it."""
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the command runs
        self._process = subprocess.Popen(shlex.split(command), stdout=self._said, stderr=subprocess.STDOUT)  # noqa: S603

    def failed(self) -> str:
        """Wait for its end; "" when all went well, else the end of what it said."""
        code = self._process.wait()
        with self._said as said:
            said.seek(0)
            text = said.read().decode("utf-8", "replace").strip()
        return "" if code == 0 else text[-2000:] or f"exit code {code}"
