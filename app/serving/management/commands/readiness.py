"""`manage.py readiness off|on`, for `kubectl exec`: take this pod out of rotation and back."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from app.serving import switch


class Command(BaseCommand):
    help = "Turn /readyz of every worker here to 503 (off), back (on), or say which it is (status)."
    # The switch is wanted most when something else is broken.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", nargs="?", choices=("off", "on", "status"), default="status")

    def handle(self, *_args: Any, **options: Any) -> None:
        runtime_dir = Path(settings.RUNTIME_DIR)
        try:
            if options["to"] == "off":
                switch.off(runtime_dir)
            elif options["to"] == "on":
                switch.on(runtime_dir)
        except FileNotFoundError as error:
            raise CommandError(
                f"RUNTIME_DIR {runtime_dir} does not exist: no server was started with it."
            ) from error
        except OSError as error:
            raise CommandError(
                f"RUNTIME_DIR {runtime_dir} cannot be written to: {error.strerror}."
            ) from error
        self.stdout.write(
            "Readiness is off: every worker here answers 503 on /readyz."
            if switch.is_off(runtime_dir)
            else "Readiness is on: /readyz follows its checks."
        )
