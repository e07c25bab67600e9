from django.test import override_settings

from tests.serving.middleware.both import Step, alike
from tests.serving.stacks import ANSWER, ON_LOOP


def test_frames() -> None:
    for value in ("DENY", "SAMEORIGIN"):
        with override_settings(X_FRAME_OPTIONS=value):
            hello, framed, here = alike(
                ANSWER, ON_LOOP, Step("/hello/"), Step("/framed/"), Step("/framed/here/")
            )
        assert hello["x-frame-options"] == value
        assert "x-frame-options" not in dict(framed.headers)
        assert here["x-frame-options"] == "SAMEORIGIN"
