"""Programs of others, asked by commands of the project."""

import os
import subprocess
import sys
from pathlib import Path


def printed(cwd: Path, *command: str, **variables: str) -> str:
    """What a program prints. Raises CalledProcessError; its error output is shown as it comes."""
    done = subprocess.run(  # noqa: S603 - our own
        command,
        cwd=cwd,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def output(*command: str, given: str | None = None) -> str:
    """What a program prints. SystemExit with what it said when it fails, or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - our own
            command, input=given, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not on the PATH: CONTRIBUTING.md says where it comes from.")
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout
