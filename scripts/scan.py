"""`make scan`: has every scanner look at what the chart makes of each set of values in helm/ci.

No finding passes but those of scan_known.py; and one of them less is wrong, too.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import kubernetes_validate
import yaml

from scripts import scan_kube_score
from scripts.scan_known import KNOWN

ROOT = Path(__file__).resolve().parent.parent
CHART = ROOT / "helm"
RENDERED = ROOT / "var" / "scan"
KUBERNETES = ("1.34", "1.35", "1.36", "1.37")
# No bundled validator knows these: only an API server does.
ADD_ONS = {
    "Certificate",
    "ExternalSecret",
    "HTTPRoute",
    "PodMonitor",
    "PrometheusRule",
    "ReferenceGrant",
    "ScaledObject",
    "ServiceMonitor",
}


def sets() -> dict[str, list[Path]]:
    """The sets of values, each with its files; all but the defaults begin with production's."""
    files = {path.stem: path for path in sorted((CHART / "ci").glob("*.yaml"))}
    first = files.pop("production")
    return {"defaults": [], "production": [first]} | {n: [first, p] for n, p in files.items()}


def helm(command: str, files: list[Path]) -> subprocess.CompletedProcess[str]:
    """Helm's `template` or `lint`; its errors are seen."""
    named = ["demo", str(CHART)] if command == "template" else [str(CHART), "--strict", "--quiet"]
    values = [f"--values={path}" for path in files]
    return subprocess.run(  # noqa: S603 - the program that make names
        [os.environ["HELM"], command, *named, "--namespace=prod", *values],
        stdout=subprocess.PIPE,
        text=True,
        check=command == "template",
    )


def checkov(names: list[str]) -> Iterator[tuple[str, str]]:
    """Its failed and skipped checks of all sets, as (set, finding)."""
    done = subprocess.run(  # noqa: S603 - the program that make names
        [
            *(os.environ["CHECKOV"], "--directory", RENDERED, "--framework", "kubernetes"),
            *("--output", "json", "--compact", "--soft-fail"),
        ],
        env=os.environ | {"BC_SKIP_MAPPING": "TRUE"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    report = json.loads(done.stdout)
    results = report["results"]
    seen = {check["file_path"] for check in results["passed_checks"]}
    for name in names:
        if f"/{name}.yaml" not in seen:
            yield name, "checkov saw nothing of it"
    for check in results["failed_checks"] + results["skipped_checks"]:
        kind, _, name = check["resource"].split(".", 2)
        yield Path(check["file_path"]).stem, f"checkov {check['check_id']} {kind}/{name}"


def validation(name: str) -> Iterator[str]:
    """Where an object is none of Kubernetes', in a version that the chart is for."""
    for manifest in yaml.safe_load_all((RENDERED / f"{name}.yaml").read_text()):
        if not manifest or manifest["kind"] in ADD_ONS:
            continue
        named = f"{manifest['kind']}/{manifest['metadata']['name']}"
        for version in KUBERNETES:
            try:
                kubernetes_validate.validate(manifest, version, strict=True)
            except kubernetes_validate.SchemaNotFoundError:
                yield f"no validator knows {named} in {version}"
            except kubernetes_validate.ValidationError as error:
                yield f"kubernetes-validate {version} {named}: {error.message}"


def found() -> dict[str, set[str]]:
    """All findings of each set."""
    shutil.rmtree(RENDERED, ignore_errors=True)
    RENDERED.mkdir(parents=True)
    findings: dict[str, set[str]] = {}
    for name, files in sets().items():
        rendered = helm("template", files).stdout
        (RENDERED / f"{name}.yaml").write_text(rendered)
        findings[name] = {f"helm lint ends with {s}" for s in [helm("lint", files).returncode] if s}
        findings[name] |= set(validation(name))
        if program := shutil.which("kube-score"):
            findings[name] |= set(scan_kube_score.findings(program, rendered))
    for name, finding in checkov(list(findings)):
        findings[name].add(finding)
    return findings


def main() -> int:
    """Prints what is there and should not be, and the reverse; 1 if there is such a thing."""
    kubernetes_validate.utils.schema_contents = cache(kubernetes_validate.utils.schema_contents)
    without = () if shutil.which("kube-score") else ("kube-score",)
    if without:
        print("kube-score is not on the PATH, and was not asked.")
    status = 0
    for name, findings in found().items():
        expected = {f for f in KNOWN.get(name, {}) if not f.startswith(without)}
        for finding in sorted(findings ^ expected):
            print(f"{name}: {'new' if finding in findings else 'gone'}: {finding}")
            status = 1
        print(f"{name}: {len(findings)} findings, {len(expected)} of them known")
    return status


if __name__ == "__main__":
    sys.exit(main())
