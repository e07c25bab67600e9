"""`app.serving` in INSTALLED_APPS: system checks, and management commands."""

from django.apps import AppConfig


class ServingConfig(AppConfig):
    """Registers the checks of `app.serving.checks`."""

    name = "app.serving"
    label = "serving"

    def ready(self) -> None:
        from app.serving import checks  # noqa: F401,PLC0415 - importing registers, and Django asks to do so here
