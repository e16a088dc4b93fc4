"""The servers that come with the portal, for a machine that has none.

They serve the demo, the tests and the commands of a developer. An installation names its own
by DATABASE_URL and REDIS_URL, and then nothing here starts.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

SERVERS = {"DATABASE_URL": "postgres", "REDIS_URL": "valkey"}


@contextmanager
def servers_for_command() -> Iterator[None]:
    """For the time of a command, set DATABASE_URL and REDIS_URL when they are not: to the
    servers of a running demo or command of this checkout, else to ones started here, which
    stop when the last command that uses them ends."""
    missing = {name: kind for name, kind in SERVERS.items() if not os.environ.get(name)}
    if not missing:
        yield
        return
    # Imported late: production has neither these servers nor a reason to load their launchers.
    from .shared import shared_server

    with ExitStack() as servers:
        try:
            for name, kind in missing.items():
                os.environ[name] = servers.enter_context(shared_server(kind))
            yield
        finally:
            for name in missing:
                os.environ.pop(name, None)
