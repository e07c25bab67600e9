"""The system checks: what `manage.py check` says before a request has to suffer it.

Each stands in a file of its own and is registered when that is imported; docs/checks.md has them
all in one table. They read settings, classes and addresses, and ask no database.
"""

from app.serving import (
    check_caches,
    check_databases,
    check_debug,
    check_drain,
    check_middleware,
    check_pools,
    check_proxies,
    check_signals,
    check_templates,
    check_views,
    deploy_checks,
)

MODULES = (
    check_caches,
    check_databases,
    check_debug,
    check_drain,
    check_middleware,
    check_pools,
    check_proxies,
    check_signals,
    check_templates,
    check_views,
    deploy_checks,
)
