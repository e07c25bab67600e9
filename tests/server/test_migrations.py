"""A service whose database is behind its code is alive and not ready, until somebody migrates."""

import os
import subprocess
import sys

from tests.server.harness import ROOT, gunicorn, status_of, wait_until
from tests.server.test_sleepers import metric

SETTINGS = "tests.serving.management.commands.migrated_settings"


def test_ready_once_migrated(empty_database: str) -> None:
    env = {"DATABASE_URL": empty_database, "DJANGO_SETTINGS_MODULE": SETTINGS}
    with gunicorn(env, ready="/livez") as server:
        assert status_of(f"{server.url}/readyz") == 503
        assert status_of(f"{server.url}/readyz?exclude=migrations") == 200
        name = 'asgi_ready{check="migrations"}'
        wait_until(lambda: "readiness check migrations failed" in server.output(), 5, "it is said")
        assert metric(server, name) == 0
        migrate = [sys.executable, "manage.py", "migrate_safely"]
        subprocess.run(migrate, cwd=ROOT, env=os.environ | env, check=True)
        wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 5, "it is ready")
        wait_until(lambda: metric(server, name) == 1, 5, "the metric says so")
