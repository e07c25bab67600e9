"""The cases, as the table has them."""

from benchmarks.cases.database import LIST, ROW
from benchmarks.cases.latency import LATENCY
from benchmarks.cases.memory import GROWTH, MEMORY
from benchmarks.cases.orders import ORDERS
from benchmarks.cases.scrape import SCRAPE
from benchmarks.cases.sleepers import SLEEPERS
from benchmarks.cases.soak import SOAK
from benchmarks.cases.start import START
from benchmarks.cases.version import VERSION
from benchmarks.cases.workers import WORKERS

FULL = (VERSION, ORDERS, ROW, LIST, LATENCY, SLEEPERS, SCRAPE, START, MEMORY, GROWTH, WORKERS)
CASES = {case.name: case for case in (*FULL, SOAK)}
