"""Programs in the foreground, one after another, that end in good order at the first signal."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType


class Foreground:
    """From its making on, SIGINT, SIGTERM and SIGHUP no longer end this process: its programs get
    them, and no further program starts.
    """

    def __init__(self) -> None:
        self._signal: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def run(self, command: Sequence[str], env: Mapping[str, str], *, alone: bool = False) -> int:
        """The exit status of a program; 0 when it was told to stop and did, or was not started.

        A terminal sends Ctrl-C to the program too, unless it runs `alone`.
        """
        if self._signal is not None:
            return 0
        self._process = subprocess.Popen(command, env=env, start_new_session=alone)  # noqa: S603 - our own
        if self._signal is not None:  # between the two lines above
            self._process.send_signal(self._signal)
        status = self._process.wait()
        self._process = None
        # A program that the signal killed ended as it was told to.
        return 0 if status < 0 and self._signal is not None else abs(status)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        # gunicorn takes SIGHUP, which a closed terminal sends, as "reload".
        self._signal = signal.SIGTERM if number == signal.SIGHUP else number
        if self._process is not None:
            self._process.send_signal(self._signal)
