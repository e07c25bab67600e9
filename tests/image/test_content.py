"""What is in the image, and what is not."""

import json
import tomllib

from scripts.image_report import docker, inspected, layers, limit, packages
from tests.environment import ROOT
from tests.image.container import run

# Its code, the files of its pages, and what was compiled beside manage.py.
CODE = {"app", "config", "manage.py", "pyproject.toml", "var", "__pycache__"}
LOOK = """
import importlib.util, json, os, pathlib, shutil, stat
files = [path for root in ('/opt', '/app') for path in pathlib.Path(root).rglob('*')]
modes = {str(path): path.stat().st_mode for path in files}
def stale(path):
    try:
        flags = pathlib.Path(importlib.util.cache_from_source(path)).read_bytes()[4:8]
    except FileNotFoundError:
        return True
    return flags != (1).to_bytes(4, 'little')
print(json.dumps({
    'code': os.listdir('/app'),
    'tools': [name for name in ('uv', 'gcc', 'cc', 'make', 'git', 'curl') if shutil.which(name)],
    'pip': os.path.exists('/opt/venv/bin/pip'),
    'hidden': [p for p, mode in modes.items() if not mode & stat.S_IROTH],
    'open': [p for p, mode in modes.items() if mode & (stat.S_IWOTH | stat.S_ISUID)],
    'modules': sum(p.endswith('.py') for p in modes),
    'stale': [p for p in modes if p.endswith('.py') and stale(p)],
    'sources': [p for p in modes if p.endswith('.po')],
}))
"""


def test_it_is_small(image: str) -> None:
    assert sum(size for size, _ in layers(image)) <= limit(packages(image))


def test_it_holds_what_serves_and_no_more(image: str) -> None:
    found = json.loads(run(image, "-c", LOOK).stdout)
    assert set(found.pop("code")) == CODE
    assert found.pop("modules") > 2000
    none: dict[str, object] = {name: [] for name in found}
    assert found == none | {"pip": False}


def test_its_settings_are_safe_and_its_labels_the_project_s(image: str) -> None:
    config = inspected(image)["Config"]
    assert config["User"] == "10001:10001"
    assert config["StopSignal"] == "SIGTERM"
    assert config["Entrypoint"] == ["python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    labels = {name.rpartition(".")[2]: value for name, value in config["Labels"].items()}
    assert labels["title"] == project["name"]
    assert labels["version"] == project["version"]
    assert labels["licenses"] == project["license"]
    assert labels.keys() >= {"revision", "created", "source"}
    assert "unknown" not in labels.values()


def test_no_secret_is_in_its_history(image: str) -> None:
    config = inspected(image)["Config"]
    history = docker("history", "--no-trunc", "--format={{.CreatedBy}}", image)
    for word in ("SECRET", "PASSWORD", "TOKEN", "DATABASE_URL", "AUTH_"):
        assert word not in history.upper()
        assert word not in " ".join(config["Env"]).upper()
