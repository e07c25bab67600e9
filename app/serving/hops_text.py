"""The report for a terminal, and as data for JSON."""

from typing import Any

from app.serving.hops_report import Report, ms


def as_text(found: Report) -> str:
    """For a terminal."""
    runs = len(found.counts)
    median = f" (median of {runs})" if runs > 1 else ""
    request = f"{found.request.method} {found.request.path}"
    lines = [f"{request}: {found.status} in {ms(found.seconds)}{median}", ""]
    if found.steps:
        lines.append(f"{'#':>3} {'waited':>11} {'in thread':>11}  why, what and where")
    for step in found.steps:
        head = f"{step.number:>3} {ms(step.waited):>11} {ms(step.ran):>11}  "
        rest = [each for each in (step.cause.what, step.cause.where) if each]
        lines += [head + step.cause.why, *(" " * len(head) + each for each in rest)]
    lines += ["", found.verdict] if found.steps else [found.verdict]
    if found.changes:
        lines += ["", "What to change:"]
    for fix, numbers in found.changes.items():
        lines += [
            f"- {fix.where or 'the ASGI application'} (hop {', '.join(map(str, numbers))})",
            f"  {fix.what}",
        ]
    return "\n".join(lines)


def as_data(found: Report) -> dict[str, Any]:
    """For JSON; times in seconds."""
    return {
        "method": found.request.method,
        "path": found.request.path,
        "status": found.status,
        "seconds": found.seconds,
        "hops": found.hops,
        "hops_of_each_run": found.counts,
        "threads_started": len(found.road.threads),
        "steps": [
            {
                "number": step.number,
                "why": step.cause.why,
                "what": step.cause.what,
                "where": step.cause.where,
                "waited_seconds": step.waited,
                "thread_seconds": step.ran,
            }
            for step in found.steps
        ],
        "verdict": found.verdict,
        "changes": [
            {"where": fix.where, "what": fix.what, "hops": numbers}
            for fix, numbers in found.changes.items()
        ],
    }
