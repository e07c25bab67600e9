"""The kubelet's questions, answered before Django: any Host header, no redirect, no log line."""

import json
from urllib.parse import parse_qs

from app.asgi import App, Receive, Scope, Send
from app.serving.readiness import Line, Readiness, leave_out
from app.serving.reply import reply

LIVE, READY, STARTED = "/livez", "/readyz", "/startupz"
PATHS = frozenset({LIVE, READY, STARTED})
NO_STORE = (b"cache-control", b"no-store")


def probe_of(scope: Scope) -> str | None:
    """The path of the probe that is asked for, also below a root path; None when it is none."""
    if scope["type"] != "http":
        return None
    path: str = scope["path"]
    if path not in PATHS:
        path = path.removeprefix(scope.get("root_path", ""))
    return path if path in PATHS else None


class Probes:
    """Answers `/livez`, `/readyz` and `/startupz` in the Kubernetes API server's own words.

    `?verbose` gives a line per check, `?exclude=NAME` (repeatable) leaves one out; a failure is
    always verbose. See https://kubernetes.io/docs/reference/using-api/health-checks/
    """

    def __init__(self, app: App, readiness: Readiness) -> None:
        self.app = app
        self.readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        probe = probe_of(scope)
        if probe is None:
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            headers = [(b"allow", b"GET, HEAD"), NO_STORE]
            await reply(send, 405, f"{probe} is read with GET or HEAD.", headers=headers)
        else:
            await self._answer(probe, scope, send)

    async def _answer(self, probe: str, scope: Scope, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        excluded = set(query.get("exclude", ()))
        lines = await self._lines(probe, excluded)
        passed = all(line.ok for line in lines)
        text = "ok"
        if "verbose" in query or not passed:
            text = "".join(
                f"[{'+' if line.ok else '-'}]{line.name} {line.words}\n" for line in lines
            )
            if unknown := excluded - {line.name for line in lines}:
                # Quoted as JSON: no control character of the query reaches a terminal.
                quoted = ",".join(json.dumps(name) for name in sorted(unknown))
                text += f"warn: some health checks cannot be excluded: no matches for {quoted}\n"
            text += f"{probe[1:]} check {'passed' if passed else 'failed'}\n"
        body = text.encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            NO_STORE,
            (b"x-content-type-options", b"nosniff"),
        ]
        status = 200 if passed else 503
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
        )

    async def _lines(self, probe: str, excluded: set[str]) -> list[Line]:
        if probe == READY:
            return await self.readiness.lines(excluded)
        line = self.readiness.startup() if probe == STARTED else Line("ping", True)
        return [leave_out(line) if line.name in excluded else line]
