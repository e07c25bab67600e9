"""Asks for SLEEPER without a pause, under one name whatever it is."""

import os

from locust import FastHttpUser, constant, task


class Caller(FastHttpUser):
    """The next request follows the answer."""

    wait_time = constant(0)

    @task
    def ask(self) -> None:
        """The one request."""
        self.client.get(os.environ["SLEEPER"], name="asked")
