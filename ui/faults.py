"""A fault in the log: what broke and where, never what it was about."""

import logging
import traceback


def note_fault(log: logging.Logger, error: Exception, what: str, *named: object) -> None:
    """Neither the error's message nor a value: whatever failed may have quoted the paper."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error(f"{what}: %s\n%s", *named, type(error).__name__, where)
