"""The cluster that is meant: one that is started here, one at an address, or the client one has; looked at before the work.

A cluster whose workers lack wxb, have another version of it, or do not see the files is refused in words: what such a worker
would say of its own accord is hard to read, or wrong.
"""

# Types are checked where Dask need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from wxb._version import __version__
from wxb.data.refused import Lost
from wxb.data.source_file import SourceFile
from wxb.errors import DataError, MissingExtra, UsageError
from wxb.i18n import _
from wxb.printable import show

SCHEMES = ("tcp", "tls", "ucx", "ws", "wss", "inproc")
PATIENCE = 10  # seconds until a scheduler answers, or a first worker is there
_clients: dict[str, Any] = {}


def connected(client: Any) -> Any:
    """The client that is meant; one is opened once for each address."""
    if not isinstance(client, str):
        if not all(hasattr(client, word) for word in ("compute", "run", "scheduler_info")):
            raise UsageError(
                _("a {kind} is no client of Dask", kind=type(client).__name__),
                _('give "local", the address of a scheduler as "tcp://host:8786", or a `distributed.Client`'),
            )
        if getattr(client, "status", "running") == "closed":
            raise UsageError(_("the client of Dask is closed"), _("open one anew: `distributed.Client(address)`"))
        return client
    known = _clients.get(client)
    if known is None or known.status != "running":
        known = _clients[client] = _local() if client == "local" else _at(client)
    return known


def library() -> Any:
    """dask.distributed; MissingExtra without."""
    try:
        import cloudpickle  # noqa: F401
        import distributed
    except ImportError:
        raise MissingExtra("dask.distributed", "dask", _("a cluster of Dask")) from None
    return distributed


def _local() -> Any:
    """Workers of this machine, one for each core; a worker that dies, even while it starts, is replaced."""
    distributed = library()
    count = os.cpu_count() or 1
    try:
        cluster = distributed.LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=":0")
    except RuntimeError as error:  # a script that starts itself anew in each worker
        what = _("workers cannot be started here: {error}", error=str(error).splitlines()[0][:200])
        raise UsageError(what, _('in a script let what it does stand under if __name__ == "__main__":')) from None
    cluster.adapt(minimum=count, maximum=count)
    return distributed.Client(cluster, set_as_default=False)


def _at(address: str) -> Any:
    distributed = library()
    scheme, known, host = address.rpartition("://")
    if (known and scheme not in SCHEMES) or not (host if known else host.rpartition(":")[2].isdigit()):
        raise UsageError(
            _("{address} is no address of a scheduler", address=show(address)),
            _('give "local", or an address as "tcp://host:8786"'),
        )
    try:
        return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError, RuntimeError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise DataError(
            _("no scheduler of Dask answers at {address}: {said}", address=show(address), said=said),
            _("check the address; `dask scheduler` prints its own when it starts"),
        ) from None


def ready(client: Any, files: Sequence[SourceFile] = ()) -> set[str]:
    """The workers that were looked at; DataError where none is there, where one has no wxb or another version, or does not see
    the files.
    """
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise no_workers(client) from None
    asked = [(file.path, file.size, file.changed) for file in (*files[:1], *files[1:][-1:])]
    found = client.run(_looking(), asked, on_error="ignore")
    for worker, (version, unseen) in found.items():
        if version != __version__:
            what = (
                _("the worker {worker} has no wxb", worker=show(worker))
                if version is None
                else _(
                    "the worker {worker} has wxb {other}, and here is {own}",
                    worker=show(worker),
                    other=version,
                    own=__version__,
                )
            )
            raise DataError(what, f"pip install 'wxb[dask]=={__version__}'")
        if unseen is not None:
            raise DataError(
                _("the worker {worker} does not see {path} as it is here", worker=show(worker), path=show(unseen, 200)),
                _("put the files where all workers find them under the same path, on a disk they share"),
            )
    return set(found)


def no_workers(client: Any) -> Lost:
    """What to say of a cluster on which nobody works."""
    scheduler = getattr(getattr(client, "scheduler", None), "address", "")
    return Lost(
        _("the cluster at {scheduler} has no worker", scheduler=show(str(scheduler))),
        _("start one: `dask worker ADDRESS`; see whether the last ones died for want of memory"),
    )


def _looking() -> Callable[[Sequence[tuple[str, int, int]]], tuple[str | None, str | None]]:
    """What looks at a worker: sent whole, for a worker may have no wxb to find it in."""

    def look(files: Sequence[tuple[str, int, int]]) -> tuple[str | None, str | None]:
        import os

        try:
            from wxb._version import __version__ as own
        except ImportError:
            return None, None
        for path, size, changed in files:
            try:
                found = os.stat(path)
            except OSError:
                return own, path
            if (found.st_size, found.st_mtime_ns) != (size, changed):
                return own, path
        return own, None

    return look
