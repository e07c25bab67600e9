"""A Content-Security-Policy for pages, on the loop."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from app.serving.middleware.on_loop import OnLoop

# All from here, nothing inline: Django's admin needs no more.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class ContentSecurityPolicyMiddleware(OnLoop):
    """`POLICY` for each page of HTML that has none of its own (Django has one from 6.0 on).

    Not in DEBUG for an answer of 400 and more: the pages that Django makes of those have it inline.
    """

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        debugged = settings.DEBUG and response.status_code >= 400
        if not debugged and response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
