"""The grammar: what an update may be made of. Each move writes something into the present update of a draft."""

from .listing import Kind, listed

__all__ = ["Kind", "listed"]

from . import anything, bent, catalog, forms, honest, index, later, named  # noqa: F401 - they enter their moves in the list
