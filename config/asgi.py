"""The application: the whole stack in one expression."""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django is set up first

from app.serving.handler import AsyncHandler  # noqa: E402

application = AsyncHandler()
