"""Who is told of what happens to a piece: everybody who keeps the dossier."""

from collections.abc import Sequence

from accounts.models import Dossier
from accounts.queries import parties_of
from notifications.services import tell


def tell_parties(
    dossier: Dossier,
    *,
    key: str,
    title: str,
    body: str,
    path: str,
    links: Sequence[tuple[str, str]] = (),
) -> None:
    """A notice and a mail for the holder and for the one who shares the dossier, once per key.
    `links`: as in `notifications.services.tell`."""
    for person in parties_of(dossier):
        tell(user=person, key=key, title=title, body=body, path=path, links=links)
