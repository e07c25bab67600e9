"""Whatever the schema takes gives objects that Kubernetes takes, or a refusal that says why."""

import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import helm_python
import jsonschema
import kubernetes_validate
import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from tests.helm import strategies
from tests.helm.manifests import Manifests, refusal, render

EXAMPLES = settings(max_examples=int(os.environ.get("CHART_EXAMPLES", "100")))
CORE = {"apps", "autoscaling", "batch", "networking.k8s.io", "policy"}
TOP = {name: part for name, part in strategies.SCHEMA["properties"].items() if name != "global"}


@pytest.fixture(autouse=True, scope="module")
def _schemas_are_read_once() -> Iterator[None]:
    """Of Kubernetes' own it reads a megabyte for each object."""
    with pytest.MonkeyPatch.context() as patch:
        read = cache(kubernetes_validate.utils.schema_contents)
        patch.setattr(kubernetes_validate.utils, "schema_contents", read)
        yield


@st.composite
def some_values(draw: st.DrawFn) -> dict[str, Any]:
    """A few values that the schema takes; of all at once nearly none would go together."""
    names = draw(st.lists(st.sampled_from(sorted(TOP)), min_size=1, max_size=3, unique=True))
    return {name: draw(strategies.of(TOP[name], block="$ref" not in TOP[name])) for name in names}


def leaves(
    part: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values that have a default, with what the schema says of each."""
    for name, value in part["properties"].items():
        if "default" in value:
            yield (*path, name), value
        elif "properties" in value:
            yield from leaves(value, (*path, name))


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Values in which one stands at this path."""
    return {path[0]: nested(path[1:], value) if path[1:] else value}


def answer(values: dict[str, Any]) -> tuple[Manifests, str]:
    """The objects, or what Helm says instead."""
    try:
        return render(values), ""
    except helm_python.HelmError as error:
        return Manifests(), str(error)


@EXAMPLES
@example({})
@given(some_values())
def test_valid_values_give_valid_objects(values: dict[str, Any]) -> None:
    manifests, told = answer(values)
    event("refused" if told else "rendered")
    if told:
        assert values, told
        reasons = told.partition("These values do not go together:\n")[2].strip()
        assert reasons, told
        for reason in reasons.splitlines():
            assert re.split(r"[:. ]", reason.strip())[0] in TOP, reason
    for manifest in manifests:
        group = manifest["apiVersion"].rpartition("/")[0]
        if not group or group in CORE:
            kubernetes_validate.validate(manifest, "1.37", strict=True)


@EXAMPLES
@given(st.data())
def test_invalid_values_never_render(data: st.DataObject) -> None:
    path, part = data.draw(st.sampled_from(list(leaves({"properties": TOP}))))
    schema = {**part, "$defs": strategies.SCHEMA["$defs"]}
    judge = jsonschema.Draft202012Validator(schema)
    anything = st.booleans() | st.integers() | st.text() | st.lists(st.integers(), min_size=1)
    value = data.draw(anything.filter(lambda value: not judge.is_valid(value)))
    assert f"at '/{'/'.join(path)}" in refusal(nested(path, value))


@EXAMPLES
@given(st.sampled_from(sorted({path[:-1] for path, _ in leaves({"properties": TOP})})), st.text())
def test_unknown_names_never_render(path: tuple[str, ...], name: str) -> None:
    known = {
        leaf[len(path)] for leaf, _ in leaves({"properties": TOP}) if leaf[: len(path)] == path
    }
    assume(f"{name}x" not in known)
    assert "additional properties" in refusal(nested((*path, f"{name}x"), 1))
