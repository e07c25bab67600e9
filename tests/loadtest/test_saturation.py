import json

from app.loadtest.saturation import EVERY, Generator


def generator(cpu: float, lag: float) -> Generator:
    made = Generator()
    for _ in range(100):
        made.add(cpu * (EVERY + lag), EVERY + lag)
    return made


def test_one_that_kept_up() -> None:
    assert Generator().complaint is None
    assert generator(cpu=0.6, lag=0.01).complaint is None


def test_one_without_cpu_to_spare() -> None:
    assert generator(cpu=0.95, lag=0).complaint == "it used 95 % of a core"


def test_one_that_is_throttled_lags_with_little_cpu() -> None:
    complaint = generator(cpu=0.2, lag=0.12).complaint or ""
    assert complaint.startswith("its loop lagged by 1")


def test_a_worker_sends_it() -> None:
    sent = generator(cpu=0.5, lag=0.02)
    got = Generator.from_wire(json.loads(json.dumps(sent.to_wire())))
    assert (got.share, got.lag) == (sent.share, sent.lag)
