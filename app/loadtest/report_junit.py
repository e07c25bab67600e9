"""The verdict as JUnit XML, which pipelines show: each thing that was asked is a case."""

from xml.etree.ElementTree import Element, SubElement, tostring

from app.loadtest.run import Run
from app.loadtest.verdict import Verdict


def xml(run: Run, verdict: Verdict) -> str:
    """A document."""
    failed = sum(not case.passed for case in verdict.cases)
    counts = {"tests": str(len(verdict.cases)), "failures": str(failed)}
    seconds = {"time": f"{run.elapsed:.3f}", "timestamp": run.started}
    suite = Element("testsuite", {"name": "loadtest", **counts, **seconds})
    for case in verdict.cases:
        made = SubElement(suite, "testcase", {"classname": "loadtest", "name": case.name})
        if case.passed:
            SubElement(made, "system-out").text = case.text
        else:
            SubElement(made, "failure", {"type": case.code.name, "message": case.text})
    suites = Element("testsuites", {"name": "loadtest", **counts})
    suites.append(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"
