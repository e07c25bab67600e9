"""What an upgrade would change: the API server compares, and kubectl masks what Secrets hold."""

import json
import re
import subprocess

from scripts.deploy_release import Release

NAMED = re.compile(
    r"^kind: (\S+)\n(?:.*\n)*?metadata:\n(?:  .*\n)*?  name: \"?([^\s\"]+)", re.MULTILINE
)


def objects(manifest: str) -> set[str]:
    """The objects of a manifest, as KIND/NAME."""
    found = (NAMED.search(part) for part in re.split(r"^---\n", manifest, flags=re.MULTILINE))
    return {f"{match[1]}/{match[2]}" for match in found if match}


def rendered(upgrade: list[str]) -> str:
    """What `upgrade` would apply. ValueError where it would be refused."""
    asked = [*upgrade, "--dry-run=server", "--output", "json"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise ValueError(f"Nothing was changed: {done.stderr.strip()}")
    manifest: str = json.loads(done.stdout)["manifest"]
    return manifest


def difference(release: Release, manifest: str) -> str:
    """What a manifest would change, "" when nothing. ValueError where it would be refused."""
    command = ["kubectl", "diff", "--server-side", "--force-conflicts", "--field-manager=helm"]
    compared = subprocess.run(  # noqa: S603 - our own
        [*command, "--namespace", release.namespace, "--filename", "-"],
        input=manifest,
        capture_output=True,
        text=True,
        check=False,
    )
    if compared.returncode > 1:
        raise ValueError(f"Nothing was changed: {compared.stderr.strip()}")
    before = release.ask("get manifest")
    gone = objects(before.stdout if before.returncode == 0 else "") - objects(manifest)
    return compared.stdout + "".join(f"{one} goes\n" for one in sorted(gone))
