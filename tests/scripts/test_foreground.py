"""Signals reach the program that runs, and end the one that started it in good order."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Starts two programs after another and then says so; the first waits to be told its signal.
STARTER = """
import os, sys
from scripts.foreground import Foreground
foreground = Foreground()
program, how = sys.argv[1:]
status = foreground.run([sys.executable, "-c", program], os.environ, alone=how == "alone")
print("first", status, flush=True)
print("second", foreground.run([sys.executable, "-c", "print('ran')"], os.environ), flush=True)
"""
POLITE = """
import signal, sys
def end(number, frame):
    print(signal.Signals(number).name, flush=True)
    sys.exit(0)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, end)
print("up", flush=True)
signal.pause()
"""
RUDE = "print('up', flush=True); import signal; signal.pause()"


def start(program: str, how: str = "alone") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, program, how], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(
    ("sent", "how", "arrived"),
    [
        ("SIGINT", "alone", "SIGTERM"),
        ("SIGINT", "in the terminal's group", "SIGINT"),
        ("SIGTERM", "in the terminal's group", "SIGTERM"),
        ("SIGHUP", "in the terminal's group", "SIGTERM"),
    ],
)
def test_a_signal_is_passed_on_and_no_other_program_starts(
    sent: str, how: str, arrived: str
) -> None:
    with start(POLITE, how) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.Signals[sent])
        assert process.stdout.read() == f"{arrived}\nfirst 0\nsecond 0\n"
    assert process.returncode == 0


def test_a_program_that_the_signal_killed_ended_well() -> None:
    with start(RUDE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.terminate()
        assert process.stdout.read() == "first 0\nsecond 0\n"
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("program", "status"),
    [("raise SystemExit(78)", 78), ("import os; os.kill(os.getpid(), 9)", 9)],
)
def test_a_program_that_ends_by_itself_tells_its_status(program: str, status: int) -> None:
    with start(program) as process:
        assert process.stdout is not None
        assert process.stdout.read() == f"first {status}\nran\nsecond 0\n"
    assert process.returncode == 0
