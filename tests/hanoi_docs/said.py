"""What the log says, as a collector would read it."""

import io
import json
import logging
from contextlib import contextmanager

from hanoi_docs.logs import Json, Line, NoAddresses


class Said(io.StringIO):
    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def about(self, message: str) -> list[dict]:
        return [line for line in self.lines if line["message"] == message]


@contextmanager
def log_as(formatter: Json | Line):
    """Everything that goes through the root, formatted as the server does."""
    said = Said()
    handler = logging.StreamHandler(said)
    handler.setFormatter(formatter)
    handler.addFilter(NoAddresses())
    logging.getLogger().addHandler(handler)
    try:
        yield said
    finally:
        logging.getLogger().removeHandler(handler)
