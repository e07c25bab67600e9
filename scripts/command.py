"""Programs of others, asked by commands of the project."""

import subprocess
import sys


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
