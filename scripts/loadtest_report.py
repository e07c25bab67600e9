"""`make loadtest-report`: take the reports of a release's last run out of its log."""

import os
import sys
from pathlib import Path

from app.loadtest.report_log import extract
from scripts.loadtest_cluster import LoadTest, NoRun, refused

USAGE = "make loadtest-report RELEASE=orders NAMESPACE=prod DEST=report"


def main(release: str, namespace: str, folder: str) -> int:
    """0 when they are in the folder, with the checksum that the log names."""
    if why := refused(USAGE, RELEASE=release, NAMESPACE=namespace, DEST=folder):
        print(why, file=sys.stderr)
        return os.EX_USAGE
    test = LoadTest(release, namespace)
    try:
        job = test.last()
        pod = test.pod(job)
        if pod is None:
            raise NoRun(f"The pod of {job} is gone, and its log with it.")
        print(f"{job}:")
        print(*extract(test.kubectl("logs", pod["metadata"]["name"]), Path(folder)), sep="\n")
    except (NoRun, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return os.EX_UNAVAILABLE
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
