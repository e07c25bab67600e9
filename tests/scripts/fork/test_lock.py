"""What of uv.lock goes with a part."""

from scripts.fork import lock, parts

LOCK = """\
version = 1

[[package]]
name = "a"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "shared" },
]

[package.optional-dependencies]
extra = [
    { name = "rare" },
]

[[package]]
name = "b"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "a", extra = ["extra"] },
    { name = "twice" },
]

[[package]]
name = "c"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "twice" },
]

[[package]]
name = "project"
source = { virtual = "." }
dependencies = [
    { name = "a" },
]

[package.dev-dependencies]
test = [
    { name = "b" },
    { name = "c" },
]

[[package]]
name = "rare"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "shared"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "twice"
source = { registry = "https://pypi.org/simple" }
"""


def test_what_nothing_else_needs_goes_with_it() -> None:
    both = [parts.Part("one", [], requirements=["b"]), parts.Part("two", [], requirements=["c"])]
    lines = LOCK.splitlines()
    found = {
        (lines[begin + 1] if lines[begin] == lock.BEGIN else lines[begin]): wanting
        for begin, _, wanting in lock.spans(LOCK, both)
    }
    assert found == {
        'name = "b"': ("one",),
        'name = "c"': ("two",),
        '    { name = "b" },': ("one",),
        '    { name = "c" },': ("two",),
        'name = "rare"': ("one",),
        'name = "twice"': ("one", "two"),
    }


def test_a_part_without_requirements_takes_nothing() -> None:
    assert list(lock.spans(LOCK, [parts.Part("one", [])])) == []
