import pytest

from app.loadtest.run_locust import reason


def test_the_line_of_the_users_file_is_named() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("\n\n1 / 0", "/there/users.py", "exec"))  # noqa: S102 - what Locust does
    found = reason(caught.value, "/there/users.py")
    assert found == "/there/users.py:3: ZeroDivisionError: division by zero."
    assert reason(caught.value, "/a.py") == "/a.py holds no user class that Locust can run."
