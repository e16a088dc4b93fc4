"""The demo's mail server: it takes every message and keeps it in a directory, one file each.

Run as `python -m alin.embedded.mail_catcher PORT DIRECTORY`.
"""

import asyncio
import secrets
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        # The name sorts by arrival; a reader never sees half a message.
        name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
        draft = self.directory / f".{name}"
        draft.write_bytes(envelope.content)
        draft.rename(self.directory / f"{name}.eml")
        return "250 OK"


async def serve(port: int, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(directory)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
