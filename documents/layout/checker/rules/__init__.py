"""The rules by group, each a row: number, what it is about, what is allowed, clause, severity, mend, how it is judged."""

from . import (
    addressees,
    body,
    extras,
    letterhead,
    number_and_date,
    page,
    recipients,
    signature,
    spelling,
    title,
)

_GROUPS = (
    page,
    letterhead,
    number_and_date,
    title,
    body,
    addressees,
    signature,
    recipients,
    extras,
    spelling,
)
RULES = tuple(rule for group in _GROUPS for rule in group.RULES)
GENERAL = page.GENERAL
OF_SIZE = tuple(rule for rule in RULES if rule.id == "G01")
ON_SCANS = page.ON_SCANS

__all__ = ["GENERAL", "OF_SIZE", "ON_SCANS", "RULES"]
