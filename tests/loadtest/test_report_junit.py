from xml.etree.ElementTree import fromstring

from app.loadtest.report_junit import xml
from app.loadtest.verdict import judge
from tests.loadtest.runs import run


def test_each_thing_that_was_asked_is_a_case() -> None:
    found = run(THRESHOLDS="p95<100ms, rps>500")
    verdict = judge(found)
    suites = fromstring(xml(found, verdict))  # noqa: S314 - our own
    [suite] = suites
    assert suite.attrib["failures"] == suites.attrib["failures"] == "1"
    assert int(suite.attrib["tests"]) == len(verdict.cases) == len(list(suite))
    cases = {case.attrib["name"]: case for case in suite}
    failure = cases["rps>500"].find("failure")
    assert failure is not None
    assert failure.attrib == {"type": "THROUGHPUT", "message": "rps>500: 20.0 req/s."}
    assert cases["p95<100ms"].find("failure") is None
    assert (cases["p95<100ms"].findtext("system-out") or "").startswith("p95<100ms: ")
