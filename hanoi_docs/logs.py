"""How a line of the log looks, and what never stands in one: subjects, names of files, search words, tokens.

A message of an exception may quote the row or the form it is about, and an address the word that was searched for or the
code of a printed copy. So of an exception its kind and its place are written, and of a request the name of its view.
"""

import json
import logging
import re
import traceback
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_FRAMES = 12  # the innermost ones say where it broke


def new_id() -> str:
    return uuid.uuid4().hex


def well_formed(text: str) -> bool:
    return _WELL_FORMED.fullmatch(text) is not None


def fault_of(error: BaseException) -> list[str]:
    """What an exception was and where it was raised, its causes after it; not what it says."""
    said = []
    while error is not None and len(said) < 60:
        said.append(f"{type(error).__module__}.{type(error).__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        said += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return said


class Counter:
    """How many queries went through a connection: for `connection.execute_wrapper`."""

    count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


class Json(logging.Formatter):
    """One object, one line. `extra={"fields": {…}}` adds to it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        return json.dumps(line | _more(record), ensure_ascii=False, default=str)


class Line(logging.Formatter):
    """The same for a person who reads along."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        record.message, record.asctime = record.getMessage(), self.formatTime(record)
        more = _more(record)
        fault = more.pop("fault", None) or []
        words = "".join(f" {name}={value}" for name, value in more.items() if value not in (None, "", {}))
        return "\n  ".join([self.formatMessage(record) + words, *fault])


def _more(record: logging.LogRecord) -> dict:
    more = {"request": request_id.get()} if request_id.get() else {}
    more |= getattr(record, "fields", {})
    if record.exc_info and record.exc_info[1]:
        more.setdefault("fault", fault_of(record.exc_info[1]))
    return more


class NoAddresses(logging.Filter):
    """Django and gunicorn write the address that was asked for into what they say: the view stands in its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            match = getattr(getattr(record, "request", None), "resolver_match", None)
            view = match.view_name if match else "-"
            record.args = tuple(
                view if isinstance(arg, str) and arg.startswith("/") else arg for arg in record.args
            )
        return True


def config(form: str) -> dict:
    """Django's LOGGING. `form`: "json" or "line"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "hanoi_docs.logs.Json"},
            "line": {"()": "hanoi_docs.logs.Line"},
        },
        "filters": {"no addresses": {"()": "hanoi_docs.logs.NoAddresses"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["no addresses"],
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            **{name: {"level": "WARNING"} for name in ("pikepdf", "weasyprint", "fontTools", "pyhanko")},
            # Each request and each task has its one line (request_log.py, watch/jobs.py).
            "django.request": {"level": "CRITICAL"},
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
        },
    }
