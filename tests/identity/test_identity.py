"""The one place that the rest of the service asks."""

import asyncio
import json
from pathlib import Path

import pytest
from django.conf import settings as shipped
from pytest_django import Settings

from app.asgi import Receive, Scope, Send
from app.identity.caller import Caller
from app.identity.denied import Denied, MissingScope, Reason, Refused
from app.identity.identity import Identity, identity, of_settings
from app.identity.mint import mint
from app.serving.reply import reply
from app.telemetry.telemetry import Telemetry
from tests.client import ask, http_scope, recording
from tests.identity.provider import AUDIENCE, ISSUER, public_jwk, published, token


def scope_with(*values: str) -> Scope:
    return http_scope(headers=[(b"authorization", value.encode()) for value in values])


def from_provider(settings: Settings, where: Path) -> Identity:
    settings.AUTH_SECRET = ""
    settings.AUTH_JWKS = str(where)
    settings.AUTH_ISSUER, settings.AUTH_AUDIENCE = ISSUER, AUDIENCE
    settings.AUTH_CUSTOMER_CLAIM = "customer"
    return of_settings()


def test_a_token_of_development_is_taken_without_more() -> None:
    async def main() -> None:
        scope = scope_with(f"Bearer {mint('acme', ['a', 'b'])}")
        async with identity.open():
            caller = await identity.authenticate(scope)
        assert caller == Caller("acme", frozenset("ab"))
        assert scope["customer"] == "acme"

    asyncio.run(main())


def test_the_keys_of_a_provider_are_read_and_followed(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(published(public_jwk("ES256")))
    own = from_provider(settings, path)

    async def main() -> None:
        async with own.open():
            for algorithm, good in [("ES256", True), ("EdDSA", False)]:
                scope = scope_with(f"Bearer {token(algorithm)}")
                if good:
                    assert (await own.authenticate(scope)).customer == "acme"
                else:
                    with pytest.raises(Refused):
                        await own.authenticate(scope)
            # By a key of development nothing is signed any more.
            settings.AUTH_SECRET = shipped.SECRET_KEY
            with pytest.raises(Refused):
                await own.authenticate(scope_with(f"Bearer {mint('acme')}"))

    asyncio.run(main())


def test_algorithms_are_those_of_the_settings(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(published())
    settings.AUTH_ALGORITHMS = ["EdDSA"]
    own = from_provider(settings, path)

    async def main() -> None:
        async with own.open():
            assert await own.authenticate(scope_with(f"Bearer {token('EdDSA')}"))
            with pytest.raises(Refused) as caught:
                await own.authenticate(scope_with(f"Bearer {token('RS256')}"))
            assert caught.value.reason is Reason.UNTRUSTED

    asyncio.run(main())


def test_without_any_key_every_token_is_refused(settings: Settings) -> None:
    good = f"Bearer {mint('acme')}"
    settings.AUTH_SECRET = ""
    own = of_settings()

    async def main() -> None:
        async with own.open():
            with pytest.raises(Refused) as caught:
                await own.authenticate(scope_with(good))
            assert caught.value.reason is Reason.UNTRUSTED

    asyncio.run(main())


async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
    """What the API does, in small."""
    try:
        (await identity.authenticate(scope)).require("notes:read")
    except Denied as denied:
        await reply(send, denied.status, str(denied))
    else:
        await reply(send, 200, "in")


GOOD = mint("acme", ["notes:read"])
REQUESTS = [
    ([], 401, "no token"),
    ([""], 401, "unknown"),
    (["Basic dTpw"], 401, "unknown"),
    ([f"Bearer {GOOD[:-8]}"], 401, "unknown"),
    ([f"Bearer {token()}"], 401, "unknown"),
    ([f"Bearer {mint('acme', lifetime=-60)}"], 401, "unknown"),
    (["Bearer " + "x" * 100_000], 401, "unknown"),
    ([f"Bearer {GOOD}"] * 2, 401, "unknown"),
    ([f"Bearer {mint('acme')}"], 403, "acme"),
    ([f"Bearer {GOOD}"], 200, "acme"),
]


@pytest.mark.parametrize(("values", "status", "customer"), REQUESTS)
def test_the_log_line_says_who_called(
    caplog: pytest.LogCaptureFixture, values: list[str], status: int, customer: str
) -> None:
    caplog.set_level("INFO", "asgi.request")
    headers = [(b"authorization", value.encode()) for value in values]
    answer = asyncio.run(ask(Telemetry(guarded), headers=headers))
    assert answer.status == status
    assert [vars(record)["customer"] for record in caplog.records] == [customer]


def test_a_provider_that_was_never_there_is_no_fault_of_the_caller(
    settings: Settings, tmp_path: Path
) -> None:
    own = from_provider(settings, tmp_path / "gone")

    async def main() -> None:
        scope = scope_with(f"Bearer {token()}")
        async with own.open():
            with pytest.raises(Denied) as caught:
                await own.authenticate(scope)
        assert not isinstance(caught.value, Refused | MissingScope)
        assert caught.value.status == 503
        assert scope["customer"] == "unknown"

    asyncio.run(main())


def test_a_token_costs_no_hop(settings: Settings, tmp_path: Path) -> None:
    hops: list[str] = []
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [public_jwk("RS256")]}))
    own = from_provider(settings, path)

    async def main() -> None:
        async with own.open():
            with recording(hops):
                await own.authenticate(scope_with(f"Bearer {token()}"))

    asyncio.run(main())
    assert hops == []
