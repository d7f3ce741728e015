"""Deadlines by rule: which rule applies, what day that is, and why."""
