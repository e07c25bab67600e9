"""The API in a browser."""

import re

import pytest

from tests.callers import call, header


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src|data-document)="([^"]+)"', page)


@pytest.mark.usefixtures("_things")
def test_all_that_the_page_loads_is_served_here() -> None:
    answer = call("GET", "/api/docs")
    assert answer.status == 200
    assert header(answer, "content-type").startswith("text/html")
    assert not answer.scope["hops"]
    policy = header(answer, "content-security-policy")
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    found = addresses(answer.body.decode())
    assert len(found) == 5
    for address in found:
        loaded = call("GET", address)
        assert loaded.status == 200
        assert not loaded.scope["hops"]
        assert address.startswith("/api/docs/") or address == "/api/openapi.json"


@pytest.mark.usefixtures("_things")
def test_what_it_loads_is_kept_for_ever_and_has_a_type() -> None:
    script = next(
        each for each in addresses(call("GET", "/api/docs").body.decode()) if each.endswith(".js")
    )
    loaded = call("GET", script)
    assert re.fullmatch(r"/api/docs/[a-z-]+\.[0-9a-f]{12}\.js", script)
    assert "immutable" in header(loaded, "cache-control")
    assert header(loaded, "content-type") == "text/javascript"
    assert call("POST", script).status == 405


@pytest.mark.usefixtures("_things")
@pytest.mark.parametrize("name", ["docs.js", "swagger-ui.000000000000.css", "..", "%00"])
def test_nothing_else_is_there(name: str) -> None:
    assert call("GET", f"/api/docs/{name}").status == 404


@pytest.mark.usefixtures("_things")
def test_below_a_root_path_so_are_its_addresses() -> None:
    page = call("GET", "/sub/api/docs", root_path="/sub").body.decode()
    assert all(each.startswith("/sub/api/") for each in addresses(page))
