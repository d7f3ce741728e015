"""The axis and the folder exchange together: each package takes the way its receivers have."""

from typing import BinaryIO

from interop.edxml import Edoc, read
from interop.transport.adapter import Adapter, Agency, AxisError, MessageType, SentItem
from interop.transport.folder import FolderExchange


class Lines:
    """Sends; what comes is fetched from each adapter by itself."""

    def __init__(self, axis: Adapter | None, folder: FolderExchange):
        self._axis, self._folder = axis, folder

    def send(
        self, package: BinaryIO, *, messagetype: MessageType, sender: str, to: list[str] | None = None
    ) -> str:
        """The folders first: what lies there already is not laid there again, whatever the axis does then."""
        everybody = to if to is not None else _named(package)
        carried = [code for code in everybody if self._folder.serves(code)]
        rest = [code for code in everybody if code not in carried]
        doc_id = (
            self._folder.send(package, messagetype=messagetype, sender=sender, to=carried) if carried else ""
        )
        if rest or not carried:
            to = rest if carried else to
            doc_id = self._over_the_axis(bool(carried)).send(
                package, messagetype=messagetype, sender=sender, to=to
            )
        return doc_id

    def list_sent(self, messagetype: MessageType) -> list[SentItem]:
        """What the axis has. The folders need not be asked: laying a package there twice is laying it once."""
        return self._axis.list_sent(messagetype) if self._axis else []

    def directory(self, level: int | None = None) -> list[Agency]:
        return (self._axis.directory(level) if self._axis else []) + self._folder.directory(level)

    def ping(self) -> None:
        (self._axis or self._folder).ping()

    def _over_the_axis(self, others_carried: bool) -> Adapter:
        if self._axis is None and others_carried:
            raise AxisError("network", "no axis for the other receivers", retryable=True)
        if self._axis is None:
            raise AxisError("folder", "no axis, and no folder for the receiver", retryable=True)
        return self._axis


def _named(package: BinaryIO) -> list[str]:
    package.seek(0)
    message = read(package)
    if isinstance(message, Edoc):
        return [organ.organ_id for organ in message.receivers]
    return [message.response_for.organ_id]
