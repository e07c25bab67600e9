"""What to change is said in the words of the system checks, with the line to change."""

from django.middleware.common import CommonMiddleware
from django.test import override_settings

from app.serving.hops_fix import of_middleware, of_synchronous_middleware, of_view
from tests.serving import stacks, urls

COMMON = "django.middleware.common.CommonMiddleware"


class Quiet:
    """No check has anything against it."""

    async_capable = True


def test_a_stock_middleware_has_a_counterpart() -> None:
    fix = of_middleware(COMMON, CommonMiddleware)
    assert fix.what == (
        f"'{COMMON}': MiddlewareMixin calls its process_request and process_response in a thread. "
        "Use 'app.serving.middleware.common.CommonMiddleware'."
    )
    file, line = fix.where.split(":")
    with open(file) as lines:
        assert f"{COMMON}" in lines.readlines()[int(line) - 1]


def test_another_is_found_where_it_is_written() -> None:
    fix = of_middleware(f"{__name__}.Quiet", Quiet)
    assert fix.what.startswith(f"'{__name__}.Quiet': it is called in a thread. Write it as")


def test_a_synchronous_middleware_and_what_hops_once_it_is_gone() -> None:
    with stacks.installed(), override_settings(MIDDLEWARE=stacks.QUESTION):
        culprits, fixes = of_synchronous_middleware()
    assert culprits == ["tests.serving.stacks.ApiLogger"]
    named = [fix.what.split("'")[1] for fix in fixes]
    # corsheaders is asynchronous itself; what stands behind the culprit has hops of its own.
    silent = "corsheaders.middleware.CorsMiddleware"
    assert named == [path for path in stacks.QUESTION[:11] if path != silent]


def test_a_view() -> None:
    fix = of_view(urls.sync_hello)
    assert fix.where.startswith("tests/serving/urls.py:")
    assert "async def" in fix.what
