"""A PDF as a graph of objects, read in one way only (ISO 32000-2, clause 7).

`syntax` reads one object, `index` the cross-reference, `file` holds the revisions of a file. Values are plain Python:
names are str, strings bytes, null None. What readers could understand in two ways is noted as `odd`, so that
whoever judges later changes can refuse it.
"""

from .file import File, Revision
from .syntax import Ref, Stream, Unreadable, text

__all__ = ["File", "Ref", "Revision", "Stream", "Unreadable", "text"]
