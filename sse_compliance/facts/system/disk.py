"""``df -P``: how full the file systems are (POSIX form, one line each).

::

    Filesystem     1024-blocks    Used Available Capacity Mounted on
    /dev/sda7          3868108  613584   3037996      17% /ngfw
    tmpfs                65536   65536         0     100% /ngfw/var
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import ensure_ran, excerpt, lines

_HEADER = re.compile(r"^Filesystem +(?:1024|1K|512)-blocks +Used +Available +Capacity +Mounted on")
_LINE = re.compile(
    r"\S.*? +[0-9]{1,18} +[0-9]{1,18} +(?P<available>-?[0-9]{1,18}) +(?P<capacity>[0-9]{1,3})% +(?P<place>/.*)",
)
#: What has no blocks, such as a control group.
_WITHOUT_SIZE = re.compile(r"\S.*?(?: +(?:0|-)){3} +-%? +/.*")
#: Where the data of ``/var`` is on an FMC, and of ``/ngfw/var`` on some FTDs, if it is a file system of its own: the
#: root is small there, and symbolic links lead to it.
_VOLUME = "Volume"
_FULL = 100
#: With fewer blocks than this nothing of use can be written any more, though ``df`` counts some left.
_LAST_BLOCKS = 256


@dataclass(frozen=True, slots=True)
class FileSystem:
    """A mounted file system."""

    place: str
    #: Blocks that users may still write.
    available: int
    #: In per cent, rounded up.
    capacity: int

    @property
    def full(self) -> bool:
        return self.available < _LAST_BLOCKS and self.capacity >= _FULL


@dataclass(frozen=True, slots=True)
class Disk:
    """The file systems of a device."""

    file_systems: tuple[FileSystem, ...]

    def of(self, path: str) -> FileSystem:
        """The file system that a path is on.

        Raises:
            Unavailable: none is listed that holds it.
        """
        holding = [fs for fs in self.file_systems if f"{path}/".startswith(f"{fs.place.rstrip('/')}/")]
        if not holding:
            raise Unavailable(f"df lists no file system that holds {path}")
        # Of two on the same place the later one lies on top.
        found = max(reversed(holding), key=lambda fs: len(fs.place))
        volume = next((fs for fs in self.file_systems if fs.place == f"{found.place.rstrip('/')}/{_VOLUME}"), found)
        return volume if volume.full else found


def parse(result: ProbeResult) -> Disk:
    """The file systems.

    Raises:
        Unavailable: there is no df, or its output is cut or not understood.
    """
    ensure_ran(result, "df")
    if result.truncated:
        raise Unavailable("df's output was cut")
    header, *rest = [line for line in lines(result.stdout) if line.strip()] or [""]
    rest = [line for line in rest if not _WITHOUT_SIZE.fullmatch(line)]
    read = [_LINE.fullmatch(line) for line in rest]
    # A line that can't be read may be the one of the file system asked for.
    if not _HEADER.match(header) or not read or not all(read):
        bad = next((line for line, found in zip(rest, read, strict=True) if not found), header)
        raise Unavailable(f"df's output is not understood: {excerpt(bad or result.stderr) or 'it printed nothing'}")
    return Disk(
        tuple(FileSystem(f["place"].rstrip(), int(f["available"]), int(f["capacity"])) for f in read if f is not None)
    )
