"""What `make image-check` prints of an image: its size over the base, what makes it, its labels."""

import json
import sys
from pathlib import Path
from typing import Any

from scripts.command import output

ROOT = Path(__file__).resolve().parent.parent
MB = 1_000_000
LIMIT, LIMIT_OF_OTEL = 110 * MB, 20 * MB
FIRST_LAYER = "COPY /packages / "  # of the Dockerfile's last stage; what is below it is the base


def docker(*words: str, given: str | None = None) -> str:
    """What a docker command prints. SystemExit with what it says when it fails."""
    return output("docker", *words, given=given)


def inspected(image: str) -> dict[str, Any]:
    """What the engine knows of an image."""
    found: list[dict[str, Any]] = json.loads(docker("image", "inspect", image))
    return found[0]


def layers(image: str) -> list[tuple[int, str]]:
    """Bytes and instruction of each layer over the base, the newest first."""
    show = "--human=false", "--no-trunc", "--format", "{{.Size}}\t{{.CreatedBy}}"
    found = []
    for line in docker("history", *show, image).splitlines():
        size, _, instruction = line.partition("\t")
        found.append((int(size), instruction))
        if instruction.startswith(FIRST_LAYER):
            return found
    sys.exit(f"{image} was not built by this Dockerfile: it has no layer {FIRST_LAYER!r}")


def packages(image: str) -> dict[str, int]:
    """Bytes of each package with its bytecode, the largest first."""
    code = (ROOT / "scripts" / "image_packages.py").read_text()
    sizes: dict[str, int] = json.loads(docker("run", "--rm", "-i", image, "-", given=code))
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def limit(installed: dict[str, int]) -> int:
    """How many bytes an image with these packages may have over its base."""
    traces = any(name.startswith("opentelemetry-sdk ") for name in installed)
    return LIMIT + LIMIT_OF_OTEL * traces


def main(image: str) -> int:
    """Print the report; 1 when the image is too large."""
    facts, over, installed = inspected(image), layers(image), packages(image)
    config, size, most = facts["Config"], sum(size for size, _ in over), limit(installed)
    print(f"{image}\n{size / MB:8.1f} MB over its base, of at most {most / MB:.0f}")
    print(f"{facts['Size'] / MB:8.1f} MB with it\n\nMB of each package, with its bytecode")
    for name, part in installed.items():
        print(f"{part / MB:8.1f} {name}")
    print("\nLayers over the base, in MB")
    for part, instruction in over:
        if part:
            print(f"{part / MB:8.1f} {instruction}")
    print(f"\nUser {config['User']}, stopped by {config['StopSignal']}")
    print("Runs", *config["Entrypoint"], *config["Cmd"])
    print("Asked for its health by", *config["Healthcheck"]["Test"][1:])
    for name, value in sorted(config["Labels"].items()):
        print(f"{name} {value}")
    if size > most:
        print(f"\n{(size - most) / MB:.1f} MB too large", file=sys.stderr)
    return int(size > most)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
