"""The application is whole before its first request."""

import subprocess
import sys


def test_the_addresses_are_imported_with_it() -> None:
    code = "import sys; import config.asgi; print('config.urls' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
