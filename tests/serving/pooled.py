"""Settings of a database of these tests with a pool of its own."""

from typing import Any

from django.db import connections
from psycopg.conninfo import conninfo_to_dict


def pooled_settings(postgres: str, **pool: float) -> dict[str, Any]:
    """Those of the default database, for that at `postgres` and with this pool."""
    default = connections.settings["default"]
    options = default["OPTIONS"] | {"pool": pool}
    own = {"NAME": conninfo_to_dict(postgres)["dbname"], "OPTIONS": options}
    return {**default, **own}
