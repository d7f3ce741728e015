"""The whole list: each module enters its attacks when it is imported."""

from . import (  # noqa: F401
    backdated,
    certified,
    colleagues,
    encrypted,
    envelopes,
    forgeries,
    formkeys,
    forward,
    heavy,
    identities,
    inherited,
    overlays,
    purposes,
    readers,
    roles,
    savings,
    shadows,
    stale,
    undefined,
)
from .table import ATTACKS  # noqa: F401
