"""Where a release comes from, as GitHub tells a run of the workflow, and on a person's machine."""

from scripts.provenance import predicate

SOURCE, COMMIT = "https://github.com/a/b", "c" * 40


def test_of_a_run_on_github() -> None:
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REF": "refs/tags/v1.2.3",
        "GITHUB_RUN_ID": "7",
        "GITHUB_RUN_ATTEMPT": "2",
        "RUNNER_ENVIRONMENT": "github-hosted",
    }
    made = predicate(SOURCE, COMMIT, env)
    assert made["buildDefinition"]["externalParameters"]["workflow"] == {
        "repository": SOURCE,
        "ref": "refs/tags/v1.2.3",
        "path": ".github/workflows/release.yml",
    }
    assert made["buildDefinition"]["resolvedDependencies"] == [
        {"uri": f"git+{SOURCE}@refs/tags/v1.2.3", "digest": {"gitCommit": COMMIT}}
    ]
    assert made["runDetails"] == {
        "builder": {"id": "https://github.com/actions/runner/github-hosted"},
        "metadata": {"invocationId": f"{SOURCE}/actions/runs/7/attempts/2"},
    }


def test_of_a_persons_machine() -> None:
    made = predicate(SOURCE, COMMIT, {})
    assert made["runDetails"]["builder"] == {"id": f"{SOURCE}#make-release"}
    assert made["buildDefinition"]["resolvedDependencies"] == [
        {"uri": f"git+{SOURCE}", "digest": {"gitCommit": COMMIT}}
    ]
