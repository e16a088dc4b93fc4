"""Drawn views of rooms for the demonstration: nobody's home, and no photograph of anybody."""

import io
from collections.abc import Sequence
from functools import cache

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from alin.kit.actor import Actor
from listings import services
from listings.models import Offer
from listings.services.pictures import PictureChange

SIZE = (1600, 1067)
HORIZON = 760
# Wall, floor, furniture, textile.
TONES = [
    ("#efe6d8", "#b98f63", "#3f6b63", "#d9a441"),
    ("#e4ebe8", "#a9835c", "#7a4e3a", "#c8553d"),
    ("#f1ece4", "#8d7b6a", "#38536b", "#9bb7c4"),
]
# What is drawn, and how it is described.
ROOMS = [("sofa", "Séjour"), ("bed", "Chambre"), ("counter", "Cuisine")]
SKY, HILL, SUN = "#bcd9e6", "#7fa287", "#f6e3b4"


def furnish(*, actor: Actor, offers: Sequence[Offer]) -> None:
    """Three views for the dwelling of each offer, by the service that landlords use."""
    for rank, offer in enumerate(offers):
        tone = rank % len(TONES)
        files = [ContentFile(drawn(what, tone), f"{what}.png") for what, _label in ROOMS]
        kept, _refused = services.add_pictures(actor=actor, shown=offer.dwelling, files=files)
        services.describe_pictures(
            actor=actor,
            shown=offer.dwelling,
            changes={
                picture.pk: PictureChange(
                    picture.told, f"{label}, vue dessinée", picture.role, position
                )
                for position, (picture, (_what, label)) in enumerate(zip(kept, ROOMS, strict=True))
            },
        )


@cache
def drawn(what: str, tone: int) -> bytes:
    wall, floor, wood, cloth = TONES[tone]
    room = Image.new("RGB", SIZE, wall)
    draw = ImageDraw.Draw(room)
    draw.rectangle((0, HORIZON, *SIZE), fill=floor)
    for x in range(-400, SIZE[0] + 400, 130):
        draw.line((x, SIZE[1], SIZE[0] / 2 + (x - SIZE[0] / 2) * 0.6, HORIZON), fill=wall, width=2)
    draw.rectangle((0, HORIZON - 22, SIZE[0], HORIZON), fill="#ffffff")
    _window(draw, 180 if what == "bed" else 980)
    {"sofa": _sofa, "bed": _bed, "counter": _counter}[what](draw, wood, cloth)
    written = io.BytesIO()
    room.save(written, "PNG")
    return written.getvalue()


def _window(draw: ImageDraw.ImageDraw, left: int) -> None:
    right, top, bottom = left + 420, 150, 560
    draw.rectangle((left - 18, top - 18, right + 18, bottom + 18), fill="#ffffff")
    draw.rectangle((left, top, right, bottom), fill=SKY)
    draw.ellipse((right - 130, top + 40, right - 60, top + 110), fill=SUN)
    draw.polygon(
        [(left, bottom), (left, 450), (left + 150, 380), (left + 290, 470), (right, 400),
         (right, bottom)], fill=HILL,
    )  # fmt: skip
    middle = (left + right) // 2
    draw.rectangle((middle - 8, top, middle + 8, bottom), fill="#ffffff")


def _sofa(draw: ImageDraw.ImageDraw, wood: str, cloth: str) -> None:
    draw.ellipse((260, 840, 1300, 1010), fill="#e9dfcf")
    draw.rounded_rectangle((220, 520, 860, 760), 40, fill=wood)
    draw.rounded_rectangle((180, 640, 900, 850), 40, fill=wood)
    for left in (250, 560):
        draw.rounded_rectangle((left, 600, left + 260, 720), 30, fill=cloth)
    draw.rounded_rectangle((700, 860, 1060, 900), 12, fill="#5a4634")
    for leg in (730, 1010):
        draw.rectangle((leg, 900, leg + 18, 970), fill="#5a4634")
    draw.rectangle((430, 220, 650, 420), fill="#ffffff")
    draw.rectangle((450, 240, 630, 400), fill=cloth)


def _bed(draw: ImageDraw.ImageDraw, wood: str, cloth: str) -> None:
    draw.rounded_rectangle((760, 430, 1480, 800), 30, fill=wood)
    draw.rounded_rectangle((720, 640, 1520, 900), 30, fill="#ffffff")
    draw.rounded_rectangle((720, 740, 1520, 940), 24, fill=cloth)
    for left in (800, 1160):
        draw.rounded_rectangle((left, 560, left + 280, 700), 40, fill="#f7f3ec")
    draw.rectangle((640, 700, 715, 880), fill="#5a4634")
    draw.polygon([(625, 620), (730, 620), (705, 540), (650, 540)], fill=SUN)


def _counter(draw: ImageDraw.ImageDraw, wood: str, cloth: str) -> None:
    draw.rectangle((80, 560, 900, 600), fill="#5a4634")
    draw.rectangle((100, 600, 880, 900), fill=wood)
    for left in (120, 380, 640):
        draw.rounded_rectangle((left, 625, left + 220, 880), 10, outline="#ffffff", width=4)
    draw.rectangle((100, 180, 880, 380), fill=wood)
    for left in (120, 380, 640):
        draw.rounded_rectangle((left, 200, left + 220, 360), 10, outline="#ffffff", width=4)
    draw.rectangle((560, 520, 760, 560), fill="#8b9299")
    draw.arc((640, 420, 740, 560), 180, 330, fill="#8b9299", width=14)
    draw.rounded_rectangle((1010, 700, 1400, 730), 10, fill="#5a4634")
    draw.rectangle((1190, 730, 1220, 960), fill="#5a4634")
    draw.ellipse((1140, 630, 1270, 705), fill=cloth)
