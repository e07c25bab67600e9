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


def test_a_group_of_which_nothing_is_left_goes_whole() -> None:
    text = LOCK.replace('"b" },', '"c" },')
    text = text.replace("[package.dev", 'one = [{ name = "c", specifier = ">=1" }]\n\n[package.dev')
    found = [
        (text.splitlines()[begin], end - begin, wanting)
        for begin, end, wanting in lock.spans(text, [parts.Part("two", [], requirements=["c"])])
    ]
    assert ("test = [", 4, ("two",)) in found
    assert ('one = [{ name = "c", specifier = ">=1" }]', 1, ("two",)) in found


def test_what_no_fork_has_goes_for_all() -> None:
    never = parts.Part(parts.NEVER, [], requirements=["b"])
    shared = parts.Part("two", [], requirements=["c"])
    lines = LOCK.splitlines()
    wanting = {
        lines[begin + 1] if lines[begin] == lock.BEGIN else lines[begin]: wanting
        for begin, _, wanting in lock.spans(LOCK, [never, shared])
    }
    assert wanting['name = "b"'] == wanting['    { name = "b" },'] == ()
    assert wanting['name = "rare"'] == ()
    assert wanting['name = "twice"'] == ("two",)


def test_a_part_without_requirements_takes_nothing() -> None:
    assert list(lock.spans(LOCK, [parts.Part("one", [])])) == []
