from typing import Any

import pytest

from config import kinds
from config.kinds import Kind, Refused


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (kinds.text, "as it is", "as it is"),
        (kinds.boolean, "TRUE", True),
        (kinds.boolean, "yes", True),
        (kinds.boolean, "on", True),
        (kinds.boolean, "1", True),
        (kinds.boolean, "False", False),
        (kinds.boolean, "no", False),
        (kinds.boolean, "off", False),
        (kinds.boolean, "0", False),
        (kinds.whole(1, 9), "1", 1),
        (kinds.whole(1, 9), "9", 9),
        (kinds.whole(1), "1000000", 1_000_000),
        (kinds.port, "65535", 65_535),
        (kinds.seconds(), "0.001", 0.001),
        (kinds.seconds(0), "0", 0.0),
        (kinds.one_of("json", "console"), "json", "json"),
        (kinds.several(kinds.text), "a, b,,c ,", ["a", "b", "c"]),
        (kinds.several(kinds.text), "", []),
        (kinds.network, "10.0.0.0/8", "10.0.0.0/8"),
        (kinds.network, "::1", "::1"),
        (kinds.origin, "http://localhost:3000", "http://localhost:3000"),
        (kinds.host, "*", "*"),
        (kinds.host, ".example.com", ".example.com"),
        (kinds.host, "[::1]", "[::1]"),
        (kinds.host, "::", "::"),
        (kinds.key_set, "https://id.example.com/jwks", "https://id.example.com/jwks"),
        (kinds.key_set, "http://localhost:8080/jwks", "http://localhost:8080/jwks"),
        (kinds.key_set, __file__, __file__),
    ],
)
def test_values_are_read(kind: Kind[Any], written: str, value: object) -> None:
    assert kind.parse(written) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (kinds.boolean, "maybe"),
        (kinds.boolean, "2"),
        (kinds.whole(1, 9), "0"),
        (kinds.whole(1, 9), "10"),
        (kinds.whole(1), "x"),
        (kinds.whole(1), "1.5"),
        (kinds.port, "0"),
        (kinds.port, "65536"),
        (kinds.seconds(), "0"),
        (kinds.seconds(), "-1"),
        (kinds.seconds(), "nan"),
        (kinds.seconds(), "inf"),
        (kinds.seconds(), "1x0"),
        (kinds.one_of("json", "console"), "JSON"),
        (kinds.several(kinds.port), "80,x"),
        (kinds.host, "http://example.com"),
        (kinds.host, "example.com:8000"),
        (kinds.host, "exämple.com"),
        (kinds.network, "proxy.example.com"),
        (kinds.network, "10.0.0.1/8"),
        (kinds.network, "10.0.0.0/33"),
        (kinds.origin, "app.example.com"),
        (kinds.key_set, "https:///jwks"),
        (kinds.origin, "ftp://app.example.com"),
        (kinds.origin, "https://"),
        (kinds.origin, "*"),
        (kinds.database, "foo"),
        (kinds.database, "mysql://user:password@host/name"),
        (kinds.database, "postgres://user:password@host:port/name"),
        (kinds.cache, "foo"),
        (kinds.cache, "memcache://127.0.0.1:11211"),
    ],
)
def test_wrong_values_are_not(kind: Kind[Any], written: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - int() and urlsplit() have words of their own
        kind.parse(written)
    assert not isinstance(caught.value, Refused)


@pytest.mark.parametrize(
    ("kind", "written", "reason"),
    [
        (kinds.network, "*", "left-most X-Forwarded-For"),
        (kinds.network, "0.0.0.0/0", "as forgeable as"),
        (kinds.network, "::/0", "as forgeable as"),
        (kinds.origin, "https://app.example.com/", "not even a slash"),
        (kinds.origin, "https://app.example.com/path", "not even a slash"),
        (kinds.key_set, "http://id.example.com/jwks", "keys of their own"),
        (kinds.key_set, "/nowhere/jwks.json", "no such file"),
        (kinds.database, "postgres://user:password@host", "name of a database"),
        (kinds.database, "postgres://user:password@host/", "name of a database"),
    ],
)
def test_values_that_can_be_read_are_refused_with_the_reason(
    kind: Kind[Any], written: str, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        kind.parse(written)


def test_a_database_may_be_behind_a_socket() -> None:
    config = kinds.database.parse("postgresql://me@/name?host=/run/postgresql")
    assert (config["USER"], config["NAME"]) == ("me", "name")
    assert config["OPTIONS"] == {"host": "/run/postgresql"}


def test_a_redis_cache_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "find_spec", lambda _name: None)
    with pytest.raises(Refused, match="uv add redis"):
        kinds.cache.parse("redis://cache:6379/0")
    monkeypatch.setattr(kinds, "find_spec", lambda name: name)
    assert kinds.cache.parse("rediss://:secret@cache:6379/0") == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "rediss://:secret@cache:6379/0",
    }


def test_the_cache_in_memory_is_the_one_without_threads() -> None:
    assert kinds.cache.parse("locmemcache://")["BACKEND"] == "app.serving.locmem.LocMemCache"


def test_several_values_say_so() -> None:
    assert kinds.several(kinds.text).allowed == "any text; several with commas between them"


def test_several_secrets_are_secret() -> None:
    assert kinds.several(kinds.secret).secret
    assert not kinds.several(kinds.text).secret
    assert kinds.whole(1).allowed == "a whole number of at least 1"
    assert kinds.port.allowed == "a whole number from 1 to 65535"
