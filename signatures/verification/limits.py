"""How much one file may cost: memory and seconds. Set on a process of its own, never on a server."""

import gc
import resource
import sys

MEMORY = 1024**3  # bytes of address space
SECONDS = 9.0  # for the work; with the way there and back it stays below ten
_FRAMES = 20_000  # deep but honest files: a page tree, a chain of bookmarks
TOO_HEAVY = "Tệp quá nặng hoặc bất thường, không kiểm tra được chữ ký."


def limit_memory(size: int = MEMORY) -> None:
    """For this process and for good."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def prepare() -> None:
    """Modules stay, the rest is cleaned after each file: the collector need not look at them again and again."""
    sys.setrecursionlimit(_FRAMES)
    gc.collect()
    gc.freeze()
    gc.disable()
