"""A real ClamAV daemon that knows one thing: the harmless EICAR test file.

Good for the demo and the tests, where no signature base of hundreds of megabytes is wanted. A
production names its own scanner by CLAMD_URL.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from .debian import library_path, unpacked
from .processes import ServerFailed, spawn, stop, wait_until

# In two halves, so that a scanner does not take this file for the test virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
_LONGEST_SOCKET = 100


class Clamd:
    """One daemon on a Unix socket below `directory`; `url` is for CLAMD_URL."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.log = self.directory / "clamd.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = self.directory / "clamd.sock"
        if len(str(self.socket)) > _LONGEST_SOCKET:
            digest = hashlib.sha256(str(self.directory).encode()).hexdigest()[:12]
            self.socket = Path(tempfile.gettempdir()) / f"alin-clamd-{digest}.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        program = find_program()
        signatures = self.directory / "signatures"
        signatures.mkdir(parents=True, exist_ok=True)
        (signatures / "local.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
        digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
        (signatures / "local.hdb").write_text(f"{digest}:{len(EICAR)}:Eicar-Test-Hash\n")
        configuration = self.directory / "clamd.conf"
        configuration.write_text(
            f"DatabaseDirectory {signatures}\n"
            f"LocalSocket {self.socket}\n"
            "LocalSocketMode 600\n"
            "FixStaleSocket yes\n"
            "Foreground yes\n"
            "StreamMaxLength 30M\n"
            "MaxThreads 4\n"
        )
        self.process = spawn(
            [program, "--config-file", configuration],
            log=self.log,
            env=os.environ | library_path(),
            death_signal=signal.SIGKILL,
        )
        wait_until(self._answers, process=self.process, log=self.log)

    def stop(self) -> None:
        if self.process:
            stop(self.process, timeout=5)
            self.process = None
        self.socket.unlink(missing_ok=True)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0


def find_program() -> Path:
    # /usr/sbin is not on the path of an ordinary user of Debian.
    for candidate in (shutil.which("clamd"), "/usr/sbin/clamd", unpacked("usr/sbin/clamd")):
        if candidate and Path(candidate).exists():
            return Path(candidate)
    raise ServerFailed(
        "L'antivirus clamd est introuvable. Lancez « ./setup » ou installez le paquet "
        "clamav-daemon."
    )
