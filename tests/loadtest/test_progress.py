from app.loadtest.progress import line
from tests.loadtest.test_gate import ended, gate


def test_the_line_tells_the_last_seconds() -> None:
    to, clock = gate()
    to.start()
    assert line(to) == "  0%  0 of 60 s  0 users  0.0 req/s  p95 0.00 ms  errors 0 %"
    to.tick(20)
    for second in range(20):
        clock.now = 1000.5 + second
        for _ in range(4):
            ended(to, latency=500 if second < 12 else 41)
    ended(to, exception=OSError(), response=None)
    clock.now = 1021
    assert line(to) == " 35%  21 of 60 s  20 users  3.4 req/s  p95 41.0 ms  errors 5.88 %"
