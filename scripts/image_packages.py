"""Runs inside an image (`docker run -i IMAGE - < this`): bytes of each installed package, as JSON.

With its bytecode, which the package's own list of files does not name.
"""

import json
import sys
from importlib.metadata import Distribution, distributions
from importlib.util import cache_from_source
from pathlib import Path


def size(package: Distribution) -> int:
    """Bytes of a package as it is installed here."""
    found = {Path(str(file.locate())).resolve() for file in package.files or []}
    found |= {Path(cache_from_source(str(file))) for file in found if file.suffix == ".py"}
    return sum(file.stat().st_size for file in found if file.is_file())


if __name__ == "__main__":
    sizes = {f"{one.name} {one.version}": size(one) for one in distributions(path=sys.path)}
    print(json.dumps(sizes))
