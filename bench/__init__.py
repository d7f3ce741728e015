"""Measurements of the whole system, run by hand (`make bench`), never imported. See docs/bench.md."""
