"""`make openapi`: writes docs/openapi.json, the document that the service serves."""

import json
import os
from pathlib import Path

import django
from django.utils.module_loading import import_string

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def document() -> str:
    """The text of docs/openapi.json, in the order that operations and fields are declared in."""
    served = json.loads(import_string("config.urls.api").document())
    return json.dumps(served, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    FILE.write_text(document())
