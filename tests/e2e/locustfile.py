"""Users who do what SLEEPER says: by one ConfigMap and one argument, all verdicts are had."""

import os
import time

from locust import FastHttpUser, constant, task


class Caller(FastHttpUser):
    """Calls every tenth of a second."""

    wait_time = constant(0.1)
    network_timeout = connection_timeout = 5.0

    @task
    def call(self) -> None:
        """Asks, asks in vain every other time, asks for nothing, or keeps the processor."""
        what = os.environ["SLEEPER"]
        if what == "/nothing":
            return
        until = time.perf_counter() + 0.3
        while what == "/burn" and time.perf_counter() < until:
            pass
        self.client.get("/version")
        if what == "/half":
            self.client.get("/nowhere")
