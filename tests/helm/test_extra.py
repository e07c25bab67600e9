"""Objects of one's own: as maps or texts, with templates in them."""

from tests.helm.manifests import FULLNAME, render

NAME = '{{ include "service.fullname" . }}'


def test_maps_and_texts_are_rendered() -> None:
    extra = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"{NAME}-map"},
            "data": {"text": "a: 'b'\n# ☂ \"c\"\n", "number": "07"},
        },
        f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {NAME}-text\n",
    ]
    manifests = render({"extraObjects": extra})
    given = manifests.one("ConfigMap", f"{FULLNAME}-map")
    assert given["data"] == {"text": "a: 'b'\n# ☂ \"c\"\n", "number": "07"}
    assert manifests.one("ConfigMap", f"{FULLNAME}-text")


def test_none_by_default() -> None:
    assert not render().of("ConfigMap")
