"""`manage.py token`: a token for trying the service on one's own machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from app.identity.mint import mint


class Command(BaseCommand):
    help = "Print a token that this service takes. Refused without AUTH_SECRET, so in production."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customer", default="demo", help="on whose behalf (default: demo)")
        parser.add_argument("--scope", nargs="*", default=[], help="what it allows")
        parser.add_argument(
            "--lifetime", type=int, default=3600, help="seconds until it expires (default: 3600)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            token = mint(options["customer"], options["scope"], options["lifetime"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(token)
