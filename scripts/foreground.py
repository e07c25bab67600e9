"""Programs in the foreground, one after another, that end in good order at the first signal."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType


class Foreground:
    """Once it is made, SIGINT, SIGTERM and SIGHUP do not end this process: the program that runs
    gets them, and no other starts.
    """

    def __init__(self) -> None:
        self._signals: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._alone = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def run(self, command: Sequence[str], env: Mapping[str, str], *, alone: bool = False) -> int:
        """The exit status of a program; 0 if it was not started or ended by the signal it got.

        A terminal sends Ctrl-C to the program itself, too, unless it runs `alone`; then it gets
        SIGTERM in its place, on which Python ends without a traceback.
        """
        if self._signals:
            return 0
        self._alone = alone
        self._process = subprocess.Popen(command, env=env, start_new_session=alone)  # noqa: S603 - our own
        for number in self._signals:  # those that came between the two lines above
            self._pass_on(number)
        status = self._process.wait()
        self._process = None
        return 0 if self._signals and status < 0 else abs(status)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        # A terminal that closes sends SIGHUP, which gunicorn takes as "reload".
        number = signal.SIGTERM if number == signal.SIGHUP else number
        self._signals.append(number)
        self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM if self._alone else number)
