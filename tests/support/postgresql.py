"""A server of PostgreSQL on loopback, of the system's own binaries, in a temporary folder, for as long as a block takes."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from urllib.parse import quote

PASSWORD = "hun ter/2@%"


@dataclass(frozen=True)
class Server:
    port: int
    binaries: Path

    def address(self, password: str = PASSWORD) -> str:
        between = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://ann{between}@127.0.0.1:{self.port}/postgres"

    def psql(self, *commands: str) -> None:
        asked = [word for command in commands for word in ("-c", command)]
        subprocess.run(
            [self.binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", self.address(), *asked], check=True, timeout=120
        )


def binaries() -> Path | None:
    """Where initdb is: on the path, or where Debian puts it."""
    found = shutil.which("initdb") or next(iter(sorted(glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)), None)
    return None if found is None else Path(found).resolve().parent


@contextmanager
def served(bin_folder: Path) -> Iterator[Server]:
    """A server refuses to be root's, so root lends it to Debian's user."""
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="wxb-pg-", dir="/tmp") as folder:
        (Path(folder) / "password").write_text(PASSWORD)
        if owner is not None:
            for path in (folder, f"{folder}/password"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        how = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

        def run(*words: str) -> None:
            subprocess.run(words, check=True, timeout=120, stdout=subprocess.DEVNULL, cwd=folder, **how)

        data = f"{folder}/data"
        run(f"{bin_folder}/initdb", "-D", data, "-U", "ann", "-A", "scram-sha-256", f"--pwfile={folder}/password",
            "-E", "UTF8", "--locale=C", "--no-sync")  # fmt: skip
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(f"{bin_folder}/pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield Server(port, bin_folder)
        finally:
            run(f"{bin_folder}/pg_ctl", "-D", data, "-m", "immediate", "stop")
