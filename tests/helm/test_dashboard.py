"""The dashboard: JSON for Grafana, panels that explain themselves, metrics that are exported."""

import itertools
import json
import re
from collections import Counter
from typing import Any

import pytest

from tests.helm.exported import Series, unknown
from tests.helm.manifests import FULLNAME, Values, render

# https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts
UNITS = {"bytes", "none", "ops", "percentunit", "reqps", "s", "short"}
TYPES = {"row", "stat", "state-timeline", "timeseries"}


def dashboard(values: Values | None = None, **more: Any) -> Any:
    """The JSON of the only file in the ConfigMap."""
    given = {"dashboard": {"enabled": True}, **(values or {})}
    (text,) = render(given, **more).one("ConfigMap")["data"].values()
    return json.loads(text)


PANELS = [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def exprs() -> list[str]:
    """Each query, with the variables in place as Grafana puts them there."""
    variables = {"$namespace": "prod", "$release": FULLNAME}
    found = [target["expr"] for panel in PANELS for target in panel["targets"]]
    for name, value in variables.items():
        found = [expr.replace(name, value) for expr in found]
    return found


def test_off_until_it_is_asked_for() -> None:
    assert not render().of("ConfigMap")


def test_grafanas_sidecar_finds_it() -> None:
    values = {"dashboard": {"enabled": True, "annotations": {"grafana_folder": "Services"}}}
    metadata = render(values).one("ConfigMap", f"{FULLNAME}-dashboard")["metadata"]
    assert metadata["labels"]["grafana_dashboard"] == "1"
    assert metadata["annotations"] == {"grafana_folder": "Services"}


def test_releases_do_not_share_one() -> None:
    made = [
        dashboard(name=name, namespace=namespace)
        for name, namespace in (("demo", "prod"), ("demo", "test"), ("other", "prod"))
    ]
    for key in ("uid", "title"):
        assert len({each[key] for each in made}) == len(made)
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", each["uid"]) for each in made)
    assert made[0]["title"] == f"prod / {FULLNAME}"


def test_it_begins_with_its_own_release() -> None:
    variables = {each["name"]: each for each in dashboard()["templating"]["list"]}
    assert list(variables) == ["datasource", "namespace", "release"]
    assert variables["namespace"]["current"]["value"] == "prod"
    assert variables["release"]["current"]["value"] == FULLNAME
    regex = variables["release"]["regex"].strip("/")
    for pod, release in ((f"{FULLNAME}-7d9f8c6b5d-abcde", FULLNAME), ("a-5c4-x7k2p", "a")):
        assert re.findall(regex, pod) == [release]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: str(panel["title"]))
def test_a_panel_explains_itself(panel: dict[str, Any]) -> None:
    assert panel["type"] in TYPES
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert panel["targets"]
    assert all(target["legendFormat"] for target in panel["targets"])
    references = [target["refId"] for target in panel["targets"]]
    assert len(set(references)) == len(references)


def test_titles_and_numbers_are_given_once() -> None:
    for key in ("title", "id"):
        shown = dashboard()["panels"] if key == "id" else PANELS
        counted = Counter(panel[key] for panel in shown)
        assert max(counted.values()) == 1, counted.most_common(1)


def test_panels_fill_the_width_and_lie_on_no_other() -> None:
    cells: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        own = set(
            itertools.product(range(at["x"], at["x"] + at["w"]), range(at["y"], at["y"] + at["h"]))
        )
        assert not cells & own, panel["title"]
        assert max(x for x, _ in own) < 24
        cells |= own
    height = max(y for _, y in cells) + 1
    assert len(cells) == 24 * height, "a gap"


def test_it_asks_for_what_is_exported(exported: Series) -> None:
    known = exported | {"up": set()}
    wrong = {expr: unknown(expr, known) for expr in exprs()}
    assert {expr: what for expr, what in wrong.items() if what} == {}


def test_legends_name_labels_that_their_queries_keep() -> None:
    for panel in PANELS:
        for target in panel["targets"]:
            for label in re.findall(r"{{(\w+)}}", target["legendFormat"]):
                assert re.search(rf"by \([^)]*\b{label}\b", target["expr"]), (panel["title"], label)


def test_each_query_is_of_the_chosen_release() -> None:
    for panel in PANELS:
        for target in panel["targets"]:
            selectors = re.findall(r"{([^}]*)}", target["expr"])
            assert selectors
            for selector in selectors:
                assert 'namespace="$namespace"' in selector
                assert 'pod=~"$release-' in selector
