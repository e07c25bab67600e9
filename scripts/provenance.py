"""Where a release comes from, as https://slsa.dev/spec/v1.0/provenance has it."""

from collections.abc import Mapping
from typing import Any

# https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1/
BUILD_TYPE = "https://actions.github.io/buildtypes/workflow/v1"


def predicate(source: str, commit: str, env: Mapping[str, str]) -> dict[str, Any]:
    """The predicate, from what GitHub tells a run; on a person's machine the builder is make."""
    ref = env.get("GITHUB_REF", "")
    origin = {"uri": f"git+{source}@{ref}".rstrip("@"), "digest": {"gitCommit": commit}}
    workflow = {"repository": source, "ref": ref, "path": ".github/workflows/release.yml"}
    run = (
        f"{source}/actions/runs/{env.get('GITHUB_RUN_ID')}/attempts/{env.get('GITHUB_RUN_ATTEMPT')}"
    )
    hosted = f"https://github.com/actions/runner/{env.get('RUNNER_ENVIRONMENT')}"
    on_github = env.get("GITHUB_ACTIONS") == "true"
    return {
        "buildDefinition": {
            "buildType": BUILD_TYPE if on_github else f"{source}#make-release",
            "externalParameters": {"workflow": workflow} if on_github else {},
            "resolvedDependencies": [origin],
        },
        "runDetails": {
            "builder": {"id": hosted if on_github else f"{source}#make-release"},
            "metadata": {"invocationId": run} if on_github else {},
        },
    }
