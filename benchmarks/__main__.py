"""`python -m benchmarks`, or `make bench`: every benchmark, one table."""

from benchmarks import pages, planner
from benchmarks.harness import show

show([*planner.measurements(), *pages.measurements()])
