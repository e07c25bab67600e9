"""WHO CALLS: the users of the example. A fork replaces these; a plain locustfile, nothing else.

    locust -f app/loadtest/users.py --host http://localhost:8000

serves Locust's own web page at http://localhost:8089, to try them by hand.
"""

import os
import random

from locust import FastHttpUser, between, task


class ApiUser(FastHttpUser):
    """One caller."""

    abstract = True
    wait_time = between(0.5, 1.5)
    # A request that hangs is an error before the run has ended.
    network_timeout = connection_timeout = 10.0
    # A redirect is an answer of its own: a login page is no success.
    max_redirects = 0
    # Locust's default takes any certificate.
    insecure = False


class Sleeper(ApiUser):
    """Asks for the sleeper, again and again."""

    weight = 3

    @task
    def async_sleep(self) -> None:
        """A second of waiting."""
        self.client.get(os.environ.get("SLEEPER", "/api/async_sleep/"))


class NoteUser(ApiUser):
    """Has a token, without which there are no such users."""

    abstract = True
    token = os.environ.get("TOKEN", "")
    default_headers = {"Authorization": f"Bearer {token}"}  # noqa: RUF012 - as Locust declares it


class NoteReader(NoteUser):
    """Reads notes."""

    abstract = not NoteUser.token
    weight = 2

    @task
    def list_notes(self) -> None:
        """The first page."""
        self.client.get("/api/notes?limit=20", name="/api/notes")


class NoteWriter(NoteUser):
    """Writes a note, reads it, and deletes it: a run leaves nothing behind."""

    abstract = not NoteUser.token

    @task
    def write_note(self) -> None:
        """The life of a note."""
        text = f"Water the plants {random.randrange(1000)} times."  # noqa: S311 - no secret
        with self.client.post("/api/notes", json={"text": text}, catch_response=True) as written:
            if written.status_code != 201:
                written.failure(f"{written.status_code}, not 201")
                return
        note = written.headers["Location"]
        self.client.get(note, name="/api/notes/{id}")
        self.client.delete(note, name="/api/notes/{id}")
