"""The verbs of pictures."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit import french, journal
from alin.kit.actor import Actor

from ..imaging import Redrawn, redraw
from ..models import Dwelling, Picture, Residence
from ..models.pictures import picture_storage
from ..rules import pictures_as_plain
from .offered import follow_pictures

MOST_PICTURES = 12
MOST_BYTES = 10 * 1024 * 1024
Shown = Dwelling | Residence


@dataclass(frozen=True)
class RefusedFile:
    name: str
    reason: str


@dataclass(frozen=True)
class PictureChange:
    """`shown`: what `Picture.told` said on the page where the rest was typed."""

    shown: str
    alt: str
    role: str
    position: int

    @property
    def changes_something(self) -> bool:
        return self.shown != f"{self.position}:{self.role}:{self.alt}"


def add_pictures(
    *, actor: Actor, shown: Shown, files: Iterable["File[bytes]"]
) -> tuple[list[Picture], list[RefusedFile]]:
    """Redraw and keep each file that is a picture, after those already there. What is refused is
    told with its reason, and does not take the others with it. Published offers keep which
    pictures they showed."""
    kept, refused = [], []
    drawn: list[tuple[str, str, Redrawn]] = []
    free = MOST_PICTURES - shown.pictures.count()
    for file in files:
        try:
            if len(drawn) >= free:  # before it is opened: that takes a second each
                raise ValidationError(_full())
            drawn.append((file.name or "", *_drawn(file)))
        except ValidationError as error:
            refused.append(RefusedFile(file.name or "", " ".join(error.messages)))
    # Redrawing takes seconds: whoever keeps the home at the same time does not wait for it.
    with _followed(actor, shown):
        for name, digest, each in drawn:
            try:
                kept.append(_keep(actor, shown, digest, each))
            except ValidationError as error:
                refused.append(RefusedFile(name, " ".join(error.messages)))
    return kept, refused


def describe_pictures(
    *, actor: Actor, shown: Shown, changes: Mapping[int, PictureChange]
) -> list[Picture]:
    """Descriptions, kinds and order of the pictures of one thing, by primary key.

    Returns those that somebody else changed since they were shown, and that are changed here too:
    nothing is written then. What only one of the two changed is kept from each."""
    with _followed(actor, shown):
        touched = [
            (picture, changes[picture.pk])
            for picture in shown.pictures.select_for_update()
            if picture.pk in changes and changes[picture.pk].changes_something
        ]
        overtaken = [picture for picture, change in touched if picture.told != change.shown]
        if not overtaken:
            for picture, change in touched:
                picture.alt, picture.role = change.alt, change.role
                picture.position = change.position
                picture.full_clean(exclude=["large", "small"])
                picture.save(update_fields=["alt", "role", "position"])
        return overtaken


def delete_picture(*, actor: Actor, picture: Picture) -> None:
    shown = picture.dwelling or picture.residence
    assert shown is not None
    with _followed(actor, shown):
        forget_files([picture])
        picture.delete()
        _write_down(shown, "picture_removed", actor)


@contextmanager
def _followed(actor: Actor, shown: Shown) -> Iterator[None]:
    """Whoever else changes the pictures of the same thing waits, so that counts, ranks and the
    history of its published offers are right."""
    with transaction.atomic():
        type(shown)._default_manager.select_for_update(no_key=True).get(pk=shown.pk)
        before = pictures_as_plain(shown)
        yield
        follow_pictures(actor=actor, home=shown, before=before)


def forget_files(pictures: Iterable[Picture]) -> None:
    """Delete the files once the transaction that deletes the rows is committed."""
    names = [str(file.name) for picture in pictures for file in (picture.large, picture.small)]

    def delete() -> None:
        storage = picture_storage()
        for name in names:
            storage.delete(name)

    transaction.on_commit(delete)


def _drawn(file: "File[bytes]") -> tuple[str, Redrawn]:
    """The digest of the file that was sent, and the picture anew."""
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(
            _("Ce fichier pèse plus de %(most)s Mo : réduisez l'image.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    data = file.read()
    return hashlib.sha256(data).hexdigest(), redraw(data)


def _keep(actor: Actor, shown: Shown, digest: str, drawn: Redrawn) -> Picture:
    rank = shown.pictures.count()
    if rank >= MOST_PICTURES:
        raise ValidationError(_full())
    picture = Picture(
        **{type(shown).__name__.lower(): shown},
        alt=_("Photo %(n)d : %(what)s") % {"n": rank + 1, "what": str(shown)},
        position=rank,
        width=drawn.large.width,
        height=drawn.large.height,
        small_width=drawn.small.width,
        small_height=drawn.small.height,
        digest=digest,
        added_by_id=actor.user_id or None,
    )
    picture.full_clean(exclude=["large", "small"])
    picture.large.save("", ContentFile(drawn.large.content), save=False)
    picture.small.save("", ContentFile(drawn.small.content), save=False)
    picture.save()
    _write_down(shown, "picture_added", actor)
    return picture


def _full() -> str:
    return _("Il y a déjà %(n)s, le maximum : supprimez-en une d'abord.") % {
        "n": french.count(MOST_PICTURES, _("image"), _("images"))
    }


def _write_down(shown: Shown, event: str, actor: Actor) -> None:
    journal.append(f"{type(shown).__name__.lower()}:{shown.public_id}", event, actor=actor)
