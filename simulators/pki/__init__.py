"""A certification authority for demonstrations and tests. Its certificates have no legal value.

Keys and certificates lie in one folder, readable by its owner only; calling again gives back what
is already there, also when two processes start at once. `python -m simulators.pki` answers for
it over HTTP; `simulators.pki.moment` answers in the same process as of a chosen moment.
"""

from simulators.pki.folder import NotIssued, revoke, write_private
from simulators.pki.issuing import (
    DEFAULT_NAME,
    DEMO_PASSWORD,
    build_ca,
    certificates_in,
    issue_agency,
    issue_person,
)

__all__ = [
    "DEFAULT_NAME",
    "DEMO_PASSWORD",
    "NotIssued",
    "build_ca",
    "certificates_in",
    "issue_agency",
    "issue_person",
    "revoke",
    "write_private",
]
