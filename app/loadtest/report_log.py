"""The reports as one block in a log: a pod that has ended has no other way to hand them out.

    kubectl logs job/NAME | python -m app.loadtest.report_log FOLDER

takes them out again.
"""

import base64
import hashlib
import io
import re
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

# The kubelet cuts a log at 10 MiB and a line at 16 KiB.
MOST_BYTES = 4 * 1024 * 1024
_LINE = 1000
_BLOCK = re.compile(
    r"-----BEGIN LOADTEST REPORT (?P<digest>[0-9a-f]{64})-----\n"
    r"(?P<body>.*?)\n-----END LOADTEST REPORT-----",
    re.DOTALL,
)


def block(files: Sequence[Path]) -> str:
    """The block, or a sentence where the reports are too large for a log."""
    packed = base64.b64encode(_packed(files)).decode()
    if len(packed) > MOST_BYTES:
        return f"The reports take {len(packed):,} bytes, too many for a log; they are not in it."
    digest = hashlib.sha256(packed.encode()).hexdigest()
    lines = [packed[at : at + _LINE] for at in range(0, len(packed), _LINE)]
    begin, end = f"-----BEGIN LOADTEST REPORT {digest}-----", "-----END LOADTEST REPORT-----"
    return "\n".join([begin, *lines, end])


def extract(log: str, folder: Path) -> list[Path]:
    """The files of the last block of a log. ValueError in a sentence when there is no whole one."""
    found = list(_BLOCK.finditer(log))
    if not found:
        raise ValueError("The log holds no report: has the run ended, and is REPORT_IN_LOG true?")
    packed = re.sub(r"\s", "", found[-1]["body"])
    if hashlib.sha256(packed.encode()).hexdigest() != found[-1]["digest"]:
        raise ValueError("The report in the log is damaged: its checksum is another.")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(packed)), mode="r:xz") as archive:
        archive.extractall(folder, filter="data")
        return [folder / name for name in archive.getnames()]


def _packed(files: Sequence[Path]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
        for file in files:
            archive.add(file, file.name)
    return buffer.getvalue()


if __name__ == "__main__":
    try:
        print(*extract(sys.stdin.read(), Path(sys.argv[1])), sep="\n")
    except ValueError as error:
        sys.exit(str(error))
