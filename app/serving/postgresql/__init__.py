"""The `ENGINE` of the database: Django's for PostgreSQL, with metrics."""
