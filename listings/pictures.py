"""What the pages show of a home: its photographs, else the drawings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db.models import Q
from django.urls import reverse

from .models import Offer, Picture


@dataclass(frozen=True)
class View:
    """One picture as an `img` takes it: `src` is the small one; `width` and `height` reserve the
    place of the large one before it comes."""

    src: str
    large: str
    srcset: str
    width: int
    height: int
    small_width: int
    small_height: int
    alt: str
    role: str


def of(offer: Offer) -> list[View]:
    """The pictures of a home, its dwelling's before its residence's. One statement."""
    rows = Picture.objects.filter(
        Q(dwelling=offer.dwelling_id) | Q(residence=offer.dwelling.residence_id)
    ).order_by("residence_id", "position", "pk")
    return [view_of(each) for each in sorted(rows, key=lambda each: each.residence_id or 0)]


def first_of(offers: Sequence[Offer]) -> dict[int, View]:
    """For each offer that has one, the photograph of its card; keyed by offer. One statement."""
    dwellings = {offer.dwelling_id for offer in offers}
    residences = {offer.dwelling.residence_id for offer in offers}
    rows = Picture.objects.filter(role=Picture.Role.PHOTO).filter(
        Q(dwelling__in=dwellings) | Q(residence__in=residences)
    )
    firsts = _firsts(rows.order_by("-position", "-pk"))
    found = {}
    for offer in offers:
        picture = firsts.get(("dwelling", offer.dwelling_id)) or firsts.get(
            ("residence", offer.dwelling.residence_id)
        )
        if picture:
            found[offer.pk] = view_of(picture)
    return found


def _firsts(rows: Iterable[Picture]) -> dict[tuple[str, int], Picture]:
    """The last of the rows for each thing: they come in reverse order."""
    firsts = {}
    for picture in rows:
        if picture.dwelling_id:
            firsts["dwelling", picture.dwelling_id] = picture
        elif picture.residence_id:
            firsts["residence", picture.residence_id] = picture
    return firsts


def view_of(picture: Picture) -> View:
    small, large = _address(picture.small.name), _address(picture.large.name)
    return View(
        src=small,
        large=large,
        srcset=f"{small} {picture.small_width}w, {large} {picture.width}w",
        width=picture.width,
        height=picture.height,
        small_width=picture.small_width,
        small_height=picture.small_height,
        alt=picture.alt,
        role=picture.role,
    )


def _address(name: str | None) -> str:
    return reverse("picture", args=[PurePosixPath(name or "").stem])
