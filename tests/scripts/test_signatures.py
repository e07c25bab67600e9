"""What is not signed by whom it should be is refused, in a line that says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import signatures
from scripts.command import output
from tests.registry import Registry, key_pair, registry


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with registry(tmp_path_factory.mktemp("registry")) as made:
        yield made


@pytest.fixture
def image(place: Registry, monkeypatch: pytest.MonkeyPatch) -> str:
    """An image that is signed, and the environment that can tell."""
    for name, value in place.keys.items():
        monkeypatch.setenv(name, value)
    reference = f"{place.address}/notes@{place.put('notes', '1')}"
    signatures.sign(reference)
    return reference


def test_what_is_signed_is_taken(image: str) -> None:
    assert signatures.refused(image) == ""


def test_what_another_has_signed_is_not(
    image: str, place: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_pair(place.folder, "other")
    monkeypatch.setenv("COSIGN_PUBLIC_KEY", str(place.folder / "other.pub"))
    said = signatures.refused(image)
    assert said.startswith(f"{image} is not what was released: no signature by ")
    assert "other.pub (" in said
    assert "\n" not in said


def test_what_came_under_its_tag_since_is_not(image: str, place: Registry) -> None:
    name = image.partition("@")[0]
    tampered = place.put("notes", "1", b'{"os":"tampered"}')
    assert tampered not in image
    assert "is not what was released" in signatures.refused(f"{name}@{tampered}")
    assert signatures.refused(image) == ""


def test_a_tag_is_not_enough(place: Registry) -> None:
    assert signatures.refused(f"{place.address}/notes:1").endswith("give NAME@sha256:…")


def test_a_digest_that_nobody_has_is_refused(image: str) -> None:
    unknown = f"{image.partition('@')[0]}@sha256:{'0' * 64}"
    assert "is not what was released" in signatures.refused(unknown)


def test_what_is_said_of_it_is_attached(image: str, tmp_path: Path, place: Registry) -> None:
    said = tmp_path / "said.json"
    said.write_text('{"bomFormat": "CycloneDX", "specVersion": "1.5"}')
    signatures.attest(image, "cyclonedx", said)
    found = output(
        *("cosign", "verify-attestation", "--type", "cyclonedx"),
        *signatures.signed_by(),
        image,
    )
    assert '"payloadType":"application/vnd.in-toto+json"' in found


def test_without_a_key_the_workflow_has_to_have_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COSIGN_KEY", raising=False)
    monkeypatch.delenv("COSIGN_PUBLIC_KEY", raising=False)
    monkeypatch.setenv("SIGNED_BY", "^https://github.com/a/b/")
    assert signatures.signer() == []
    assert signatures.signed_by() == [
        "--certificate-identity-regexp",
        "^https://github.com/a/b/",
        "--certificate-oidc-issuer",
        "https://token.actions.githubusercontent.com",
    ]


def test_without_cosign_nothing_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("COSIGN_PUBLIC_KEY", "cosign.pub")
    assert signatures.refused(f"x@sha256:{'0' * 64}").startswith("cosign is not on the PATH")
