"""What the pages show of a home: its photographs, else the drawings.

Pictures come with the statement that reads the homes, as plain data: a page of twenty asks for no
statement more, and a page of one home neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from .models import Picture, hides_address

_TOLD = ("alt", "role", "large", "width", "height", "small", "small_width", "small_height")
_TOLD_OF_IT = JSONObject(**{name: name for name in _TOLD})


@dataclass(frozen=True)
class View:
    """One picture as an `img` takes it: `src` is the small one; `width` and `height` reserve the
    place of the large one before it comes."""

    src: str
    large_name: str
    width: int
    height: int
    small_width: int
    small_height: int
    alt: str
    role: str

    @property
    def large(self) -> str:
        return _address(self.large_name)

    @property
    def srcset(self) -> str:
        return f"{self.src} {self.small_width}w, {self.large} {self.width}w"


def pictures_of_home(offer: str = "") -> ArraySubquery:
    """For statements over homes (`offer`: the path to the offer, as `offer__`): all that `views`
    shows of each."""
    return ArraySubquery(_pictures(offer))


def photo_of_home(offer: str = "") -> Case:
    """For statements over homes: the photograph of the card, that `first_view` shows; none where
    the address is hidden. One index read for each home that has one of its own."""
    photos = Picture.objects.filter(role=Picture.Role.PHOTO).order_by("position", "pk")
    own = photos.filter(dwelling=OuterRef(f"{offer}dwelling"))
    shared = photos.filter(residence=OuterRef(f"{offer}dwelling__residence"))
    photo = Coalesce(Subquery(own.values(told=_TOLD_OF_IT)[:1]),
                     Subquery(shared.values(told=_TOLD_OF_IT)[:1]))  # fmt: skip
    return Case(When(~hides_address(offer), then=photo))


def _pictures(offer: str) -> QuerySet[Picture, Any]:
    """The dwelling's before its residence's."""
    return (
        Picture.objects.filter(
            Q(dwelling=OuterRef(f"{offer}dwelling"))
            | Q(residence=OuterRef(f"{offer}dwelling__residence"))
        )
        .order_by(F("residence").asc(nulls_first=True), "position", "pk")
        .values(told=_TOLD_OF_IT)
    )


def views(told: Sequence[Mapping[str, Any]]) -> list[View]:
    return [_view(each) for each in told]


def first_view(told: Mapping[str, Any] | None) -> View | None:
    return _view(told) if told else None


def view_of(picture: Picture) -> View:
    files = {"large": picture.large.name, "small": picture.small.name}
    return _view({name: getattr(picture, name) for name in _TOLD} | files)


def _view(told: Mapping[str, Any]) -> View:
    return View(
        src=_address(told["small"]),
        large_name=told["large"],
        width=told["width"],
        height=told["height"],
        small_width=told["small_width"],
        small_height=told["small_height"],
        alt=told["alt"],
        role=told["role"],
    )


def _address(name: str) -> str:
    return reverse("picture", args=[PurePosixPath(name).stem])
