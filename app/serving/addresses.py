"""Addresses that stand in the URLconf as they are, resolved once.

Django tries one pattern after another for each request, and builds a match anew: 14 µs for
`/version`, 5 % of a request. What has a captured part is resolved by Django each time.
"""

from functools import lru_cache
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import ResolverMatch


def resolved(resolver: URLResolver, path: str) -> ResolverMatch:
    """What `resolver.resolve(path)` returns, maybe the same object again. Raises Resolver404."""
    fixed = _fixed(resolver)
    match = fixed.get(path)
    if match is None:
        match = resolver.resolve(path)
        # So there are no more of them than the URLconf has lines, whatever clients ask for.
        if path == f"/{match.route}" and not (match.args or match.kwargs) and _steady(resolver):
            fixed[path] = match
    return match


@lru_cache(maxsize=8)
def _fixed(_resolver: URLResolver) -> dict[str, ResolverMatch]:
    return {}


@lru_cache(maxsize=8)
def _steady(resolver: URLResolver) -> bool:
    """Whether no pattern changes with the request's language (`i18n_patterns`, translated ones)."""
    return all(map(_is_steady, resolver.url_patterns))


def _is_steady(each: URLPattern | URLResolver) -> bool:
    pattern: Any = each.pattern
    if not isinstance(getattr(pattern, "_route", getattr(pattern, "_regex", None)), str):
        return False
    return isinstance(each, URLPattern) or _steady(each)
