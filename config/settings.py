"""Settings, all from the environment."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "temporary-until-the-settings-are-written"
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
INSTALLED_APPS = ["app.serving", "app.telemetry", "app.api"]
MIDDLEWARE: list[str] = []
DATABASES: dict[str, dict[str, object]] = {}
USE_TZ = True
