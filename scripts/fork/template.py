"""What copier reads, made from the tree: `copier.yml` and a `template` folder beside it.

The tree itself runs, and has no line of Jinja. Here names become expressions, and the lines of a
part that may be left out a condition. Every file ends in .jinja, so that no tool takes
them for code.
"""

import json
import subprocess
from pathlib import Path

from scripts.fork import document, lock, names, parts, questions

LICENCES = Path(__file__).with_name("licences")
SUFFIX = ".jinja"
DOCUMENT = "docs/openapi.json"
# copier's own name for the file that `copier update` reads: here the origin of the fork, too.
ORIGIN = "«_copier_conf.answers_file»"


def tracked(root: Path) -> list[str]:
    """The files of the tree that some fork has. Raises CalledProcessError without git."""
    (never,) = (part for part in parts.load() if part.name == parts.NEVER)
    exclude = [
        f":(exclude,glob,top){pattern.removeprefix('/')}{end}"
        for pattern in never.files
        for end in ("", "/**")
    ]
    done = subprocess.run(  # noqa: S603 - our own
        ["git", "ls-files", "-z", "--", ".", *exclude],  # noqa: S607 - the git of the PATH
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rstrip("\0").split("\0")


def rendered_from(root: Path, path: str, known: names.Names, all_parts: list[parts.Part]) -> str:
    """The template of one file. Raises ValueError, with the file, where it cannot be one."""
    text = (root / path).read_bytes().decode()
    if found := {"«", "»"} & set(path + text):
        raise ValueError(f"{path}: {' and '.join(found)} belong to the template's expressions")
    spans = [span for part in all_parts for span in parts.spans(path, text, part)]
    if path == "uv.lock":
        spans += lock.spans(text, all_parts)
    text = names.replaced(path, parts.conditional(path, text, spans), known)
    if path == DOCUMENT:
        for part in (part for part in all_parts if part.paths):
            other = document.without(text, part.paths)
            text = f"«% if '{part.name}' in parts %»{text}«% else %»{other}«% endif %»"
    return licence(text) if path == "LICENSE" else text


def licence(mit: str) -> str:
    """The text of the licence that was chosen."""
    others = {path.name: path.read_text() for path in sorted(LICENCES.iterdir())}
    chosen = "".join(f"«% elif licence == '{name}' %»{text}" for name, text in others.items())
    return f"«% if licence == 'MIT' %»{mit}{chosen}«% endif %»"


def origin(root: Path, known: names.Names) -> str:
    """The file that says where a fork comes from, under which licence, and what was answered.

    The address is that which it was copied from, such as a mirror's, and the version the tree's:
    what was copied from a folder is updated from where everybody finds it.
    """
    notice = "".join(
        f"#   {line}".rstrip() + "\n" for line in (root / "LICENSE").read_text().splitlines()
    )
    given = "_copier_answers._src_path"
    address = f"{given} if ':' in {given} else '{known.address}'"
    answers = f"dict(_copier_answers, _src_path={address}, _commit='v{known.version}')"
    return (
        f"# This service began as a copy of {known.name.capitalize()}, {known.address}\n"
        "# `copier update` brings in what is new there, and keeps this file (docs/update.md).\n"
        f"# What was copied is under this licence:\n#\n{notice}\n«{answers}|to_nice_yaml»"
    )


def write(root: Path, to: Path) -> None:
    """Make the template of a tree in a folder. Raises ValueError where the tree allows none."""
    known, all_parts = names.read(root), parts.load()
    files = tracked(root)
    optional = [part for part in all_parts if part.name != parts.NEVER]
    for part in optional:
        if absent := [file for file in part.files if not (root / file.removeprefix("/")).exists()]:
            raise ValueError(f"{parts.FILE.name}: {part.name}: {absent[0]} is not there")
    for path in files:
        template = to / "template" / f"{path}{SUFFIX}"
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_bytes(rendered_from(root, path, known, all_parts).encode())
        template.chmod((root / path).stat().st_mode)
    (to / "template" / f"{ORIGIN}{SUFFIX}").write_text(origin(root, known))
    folders = {path.partition("/")[0] for path in files if "/" in path}
    content = questions.questions(root, known, optional, folders)
    (to / "copier.yml").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
