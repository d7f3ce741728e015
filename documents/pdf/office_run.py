"""Runs LibreOffice once, behind the walls that sandbox.py has put up. Started by office.py, alone: knows nothing of ours.

`python office_run.py FOLDER PROGRAM FONTS KIND SECONDS`, the file on standard input, its PDF on standard output. The exit
code says what became of it: 0, 2 (it cannot be read), 3 (not done in time), 4 (no PDF came out).
"""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

_MEMORY = 3 * 1024**3  # of addresses: LibreOffice maps much that it never touches
_MOST = 100 * 1024**2  # bytes of a file it writes
_AGAIN = 81  # it has made its profile and asks to be started once more
# PDF/A-2, as the papers made here.
_FILTER = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir>
<cachedir>{folder}/fontconfig</cachedir><match target="pattern"><test name="family"><string>Times New Roman</string></test>
<edit name="family" mode="assign" binding="same"><string>Tinos</string></edit></match></fontconfig>"""
# No macro runs, no link is followed, nothing is asked.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item></oor:items>"""


def main(folder: str, program: str, fonts: str, kind: str, seconds: str) -> int:
    # In a room of its own the folder outside is not to be seen; /tmp is nobody else's there.
    home = Path(folder if os.path.isdir(folder) else "/tmp") / "run"
    home.mkdir()
    made = home / "out" / "paper.pdf"
    given = home / f"paper{kind}"
    given.write_bytes(sys.stdin.buffer.read())
    profile = home / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)
    (home / "fonts.conf").write_text(_FONTS.format(fonts=fonts, folder=home))
    limit = int(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST, _MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(limit + 5)  # whoever waits for us may be gone
    own = {
        "HOME": str(home), "TMPDIR": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp",
        "LD_LIBRARY_PATH": str(Path(program).parent), "FONTCONFIG_FILE": str(home / "fonts.conf"),
    }  # fmt: skip
    try:
        done = _started(program, profile, given, made.parent, own, limit)
        if done.returncode == _AGAIN:
            # Under another name: without a room it may not take away the pipe that is named after the profile.
            profile = profile.rename(profile.with_name("again"))
            done = _started(program, profile, given, made.parent, own, limit)
    except subprocess.TimeoutExpired:
        return 3
    if not made.exists():
        return 3 if done.returncode < 0 else 2 if done.returncode == 0 else 4
    sys.stdout.buffer.write(made.read_bytes())
    return 0


def _started(
    program: str, profile: Path, given: Path, out: Path, own: dict, limit: int
) -> subprocess.CompletedProcess:
    command = [
        program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--nologo", "--nodefault",
        "--norestore", "--nolockcheck", "--convert-to", _FILTER, "--outdir", str(out), str(given),
    ]  # fmt: skip
    return subprocess.run(
        command,
        env=own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        timeout=limit,
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
