"""What was changed after a signature, and whether that signature allows it.

The policy. Every incremental update is compared with the revision before it by pyHanko's standard rules: each object
it writes must be explained as
- validation data (the DSS), a document time stamp without a picture, XMP or the information dictionary: LTA_UPDATES;
- a form field filled, a signature field signed or a new one added: FORM_FILLING;
- anything else, any freed object, any object reached in a second, unexplained way: OTHER, and the signature is invalid.
Annotations are never allowed, also not where a certification with P=3 would: a note over the text cannot be told
from a forgery. Some tools (old Acrobat, some plug-ins) rewrite objects that need no change; such files are called
invalid here although a lenient reader shows them as good. That is on purpose: the sender can send the file again.

Each step is judged once and shared by all signatures before it. A signature allows the whole way when it allows every
step: DocMDP and FieldMDP of each signature are asked at each step after it (ISO 32000-2, 12.8.2.2 and 12.8.2.4).
"""

import logging
from dataclasses import dataclass, field

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.fields import MDPPerm

from .objects import got
from .reading import Past, Reader

LARGE_PICTURE = 0.1  # of the page: above that a new signature's picture hides more than it shows
_log = logging.getLogger(__name__)


@dataclass
class Step:
    """One incremental update: how far it goes, and the form fields it touches."""

    level: ModificationLevel
    updates: list = field(default_factory=list)
    covers_page: bool = False


class Changes:
    """The updates of one file, judged when somebody asks and kept."""

    def __init__(self, reader: Reader):
        self._reader = reader
        self._steps: dict[int, Step] = {}

    def after(self, signature) -> tuple[ModificationLevel, bool]:
        """The highest level reached after the revision of `signature`, and whether it allows all of it."""
        level, allowed = ModificationLevel.NONE, True
        last = self._reader.xrefs.total_revisions - 1
        for revision in range(signature.signed_revision, last):
            step = self._step(revision)
            level = max(level, step.level)
            allowed = allowed and _allows(signature, step)
        return level, allowed

    def hides_page_after(self, signature) -> bool:
        """A later signature brought a picture that covers a good part of a page."""
        last = self._reader.xrefs.total_revisions - 1
        return any(self._step(revision).covers_page for revision in range(signature.signed_revision, last))

    def _step(self, revision: int) -> Step:
        if revision not in self._steps:
            self._steps[revision] = self._judge(revision)
            self._reader.forget_revision(revision)
        return self._steps[revision]

    def _judge(self, revision: int) -> Step:
        old = self._reader.get_historical_resolver(revision)
        new = self._reader.get_historical_resolver(revision + 1)
        form = _Recorder(DEFAULT_DIFF_POLICY.form_rule)
        policy = StandardDiffPolicy(DEFAULT_DIFF_POLICY.global_rules, form)
        try:
            found = policy.apply(old, new, field_mdp_spec=None, doc_mdp=None)
        except SuspiciousModification:
            _log.debug("revision %s", revision + 1, exc_info=True)
            return Step(ModificationLevel.OTHER)
        return Step(found.modification_level, form.updates, _new_picture_is_large(old, new, form.updates))


class _Recorder:
    """pyHanko's rule about forms, which remembers what it has seen."""

    def __init__(self, rule):
        self._rule = rule
        self.updates: list = []

    def apply(self, old, new):
        for level, update in self._rule.apply(old, new):
            self.updates.append(update)
            yield level, update


def _allows(signature, step: Step) -> bool:
    if step.level > ModificationLevel.FORM_FILLING:
        return False
    permission, locked = signature.docmdp_level, signature.fieldmdp
    if permission is not None:
        if step.level.value > min(permission, MDPPerm.FILL_FORMS).value:
            return False
        if not all(update.valid_when_certifying for update in step.updates):
            return False
    return locked is None or not any(
        update.field_name is not None and not update.valid_when_locked and locked.is_locked(update.field_name)
        for update in step.updates
    )


def _new_picture_is_large(old: Past, new: Past, updates) -> bool:
    for ref in {update.updated_ref for update in updates}:
        found = new(ref)
        if not isinstance(found, DictionaryObject) or got(found, "/FT") != "/Sig":
            continue
        if not old.is_ref_unassignable(ref):
            continue  # its place was there, and seen, when the earlier signature was made
        for widget in [found, *(kid.get_object() for kid in got(found, "/Kids", ()))]:
            if _area(got(widget, "/Rect")) > LARGE_PICTURE * _page_area(widget):
                return True
    return False


def _area(box) -> float:
    try:
        x0, y0, x1, y1 = (float(value) for value in box)
    except (TypeError, ValueError):
        return 0.0
    return abs(x1 - x0) * abs(y1 - y0)


def _page_area(widget) -> float:
    page = got(widget, "/P")
    box = got(page, "/MediaBox") if isinstance(page, dict) else None
    return _area(box) or 595.0 * 842.0
