"""Lines that go with a part."""

import pytest

from scripts.fork import parts

TEXT = "a = 1\nb = 1\n\nc = 1\nb = 2\n\nd = 1\n"


def made(name: str, *entries: str | list[str]) -> str:
    part = parts.Part(name, [], lines={"x": list(entries)})
    return parts.conditional("x", TEXT, list(parts.spans("x", TEXT, part)))


def test_a_line_goes_wherever_it_stands() -> None:
    one, other = (
        "«% if 'p' in parts %»b = 1\n«% endif %»",
        "«% if 'p' in parts %»b = 2\n«% endif %»",
    )
    assert made("p", "b =") == f"a = 1\n{one}\nc = 1\n{other}\nd = 1\n"


def test_lines_go_up_to_another() -> None:
    assert made("p", ["b", "b"]) == (
        "a = 1\n«% if 'p' in parts %»b = 1\n\nc = 1\n«% endif %»b = 2\n\nd = 1\n"
    )


def test_at_the_end_no_empty_line_stays() -> None:
    assert made("never", ["d", ""]) == "a = 1\nb = 1\n\nc = 1\nb = 2\n"


def test_lines_are_looked_for_after_another() -> None:
    assert made("never", ["c", "b", "d"]) == "a = 1\nb = 1\n\nc = 1\nd = 1\n"
    assert made("never", ["b", "", ""]) == "a = 1\nb = 1\n"


@pytest.mark.parametrize("entry", ["e", ["e", ""], ["a", "e"], ["d", "a"], ["d", "c", ""]])
def test_a_line_that_is_not_there_is_named(entry: str | list[str]) -> None:
    with pytest.raises(ValueError, match=r"parts\.toml: p: x has no line that begins '[eac]'"):
        made("p", entry)


def test_a_part_may_be_within_another() -> None:
    inner = parts.Part("inner", [], lines={"x": ["c"]})
    for name, lines in (("p", "b = 1\n\n{}"), ("never", "{}")):
        outer = parts.Part(name, [], lines={"x": [["b", "b"]]})
        spans = [span for part in (inner, outer) for span in parts.spans("x", TEXT, part)]
        text = parts.conditional("x", TEXT, spans)
        within = "" if name == "never" else "c = 1\n"
        kept = lines.format(f"«% if 'inner' in parts %»{within}«% endif %»")
        outside = ("", "") if name == "never" else ("«% if 'p' in parts %»", "«% endif %»")
        assert text == f"a = 1\n{outside[0]}{kept}{outside[1]}b = 2\n\nd = 1\n"


def test_none_ends_in_another() -> None:
    with pytest.raises(ValueError, match=r"parts\.toml: x: line 3 is of \('p',\) and begins"):
        made("p", ["a", "c"], ["b", "b = 2"])
