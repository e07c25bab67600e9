"""The question's own load test: ten of these users were served one after another."""

from locust import HttpUser, task


class QuickstartUser(HttpUser):
    """Asks for the one path, again and again."""

    @task
    def async_sleep(self) -> None:
        """GET it."""
        self.client.get("/api/async_sleep/")
