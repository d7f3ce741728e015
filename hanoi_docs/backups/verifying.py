"""Every piece of the vault opened and compared, nothing written."""

import hashlib

from hanoi_docs.backups import apart, files, wal
from hanoi_docs.backups.vault import BackupError, Damaged, Vault


def verify(vault: Vault) -> list[str]:
    """A sentence for everything that would fail a restore. Raises WrongKey; BackupError where there is no backup."""
    found = vault.manifests()
    if not found:
        raise BackupError(f"Trong “{vault.folder}” không có bản sao lưu nào trọn vẹn.")
    problems = [sentence for manifest in found if (sentence := _base(vault, manifest))]
    chain = wal.chain(vault, found[-1])
    if chain.missing:
        problems.append(f"Thiếu đoạn WAL {chain.missing}.")
    for name in chain.names:
        try:
            wal.read(vault, name, torn=name == chain.torn)
        except Damaged as error:
            problems.append(str(error))
    return problems + files.verify(vault) + apart.verify(vault)


def _base(vault: Vault, manifest: dict) -> str:
    path = vault.full / manifest["name"] / "base.tar.gz.age"
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != manifest["sha256"]:
            return f"Bản sao lưu {manifest['name']} đã bị thay đổi hoặc hỏng."
    try:
        vault.open_stream(path, _Nowhere())
    except Damaged as error:
        return str(error)
    return ""


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None:
        pass
