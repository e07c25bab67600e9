"""A registry of images and charts on this machine, with a key pair to sign what is in it."""

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from tests.programs import needed
from tests.server.harness import free_port

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


@dataclass
class Registry:
    """`address` is HOST:PORT, `folder` holds its files and the keys."""

    address: str
    folder: Path

    @property
    def keys(self) -> dict[str, str]:
        """The variables that scripts/signatures.py reads."""
        pair = {"COSIGN_KEY": "cosign.key", "COSIGN_PUBLIC_KEY": "cosign.pub"}
        return {"COSIGN_PASSWORD": "x", **{n: str(self.folder / f) for n, f in pair.items()}}

    def put(self, name: str, tag: str, config: bytes = b"{}") -> str:
        """The digest of an image without layers, which is pushed as an engine would."""
        asked = Request(f"http://{self.address}/v2/{name}/blobs/uploads/", method="POST")
        with urlopen(asked) as begun:  # noqa: S310 - the test's own registry
            place = urljoin(asked.full_url, begun.headers["Location"])
        digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
        self._send(f"{place}&digest={digest}", config, "application/octet-stream")
        content = {"mediaType": CONFIG, "digest": digest, "size": len(config)}
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": content, "layers": []}
        body = json.dumps(manifest).encode()
        self._send(f"http://{self.address}/v2/{name}/manifests/{tag}", body, MANIFEST)
        return f"sha256:{hashlib.sha256(body).hexdigest()}"

    def _send(self, url: str, body: bytes, kind: str) -> None:
        asked = Request(url, body, {"Content-Type": kind}, method="PUT")  # noqa: S310
        with urlopen(asked) as answer:  # noqa: S310 - the test's own registry
            assert answer.status == 201


def key_pair(folder: Path, name: str) -> None:
    """NAME.key and NAME.pub."""
    command = ["cosign", "generate-key-pair", "--output-key-prefix", name]
    env = os.environ | {"COSIGN_PASSWORD": "x"}
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """One that is empty. Skips, with what to install, where a program is missing."""
    needed("docker-registry", "cosign")
    made = Registry(f"localhost:{free_port()}", folder)
    host, _, port = made.address.rpartition(":")
    settings = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": f"127.0.0.1:{port}", "host": f"http://{host}:{port}"},
    }
    (folder / "registry.yml").write_text(json.dumps(settings))
    key_pair(folder, "cosign")
    # It logs every question for what is not there yet, which is how a push begins.
    with (folder / "registry.log").open("w") as log:
        command = ["docker-registry", "serve", "registry.yml"]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        wait(f"http://{made.address}/v2/", process)
        yield made
    finally:
        process.kill()
        process.wait()


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    deadline = time.monotonic() + 30
    while True:
        try:
            urlopen(url).close()  # noqa: S310 - the test's own registry
        except URLError:
            assert process.poll() is None, "docker-registry ended: see registry.log"
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.05)
        else:
            return
