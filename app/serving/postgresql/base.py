"""A request's connection, out of the pool without a word to the server.

Django has the pool ask each connection whether it is alive: a round trip, with the interpreter's
lock given up and had again, for each request that reads a row. A connection that the server has
ended says so by itself: there is an end to be read on it. To look for that is one system call.
"""

import functools
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as Django
from django_prometheus.db.backends.postgresql import base

from app.serving.pools import any_ended

# Made anew with each connection, a class is 10 µs, and waits for the garbage collector.
_cursor_class = functools.cache(base.ExportingCursorWrapper)


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc] # it ships no types
    """Django's, with the metrics of django-prometheus. Its name is what Django looks for."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with the cursors that count."""
        params: dict[str, Any] = Django.get_connection_params(self)
        params["cursor_factory"] = _cursor_class(params["cursor_factory"], self.alias, self.vendor)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One that is alive, as far as can be known without asking.

        As many as the pool has may have ended, after a restart of the server. If another one has,
        its query says why.
        """
        connection = super().get_new_connection(conn_params)
        if pool := self.pool:
            for _ in range(pool.max_size):
                if not any_ended([connection]):
                    break
                connection.close()
                pool.putconn(connection)
                connection = super().get_new_connection(conn_params)
        return connection
