"""Photographs of homes: what is sent is never what is kept."""

import io
import re
import struct
import zlib
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from listings import pictures, services
from listings.models import Dwelling, Offer, Picture
from listings.models.pictures import picture_storage
from listings.queries.landlord import revisions_of
from listings.services.pictures import PictureChange
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def dwelling(cast: SimpleNamespace) -> Dwelling:
    return f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac))


def sent(*contents: bytes, name: str = "photo.jpg") -> dict[str, Any]:
    return {"images": [SimpleUploadedFile(name, content) for content in contents]}


def shown_of(offer: Offer) -> list[pictures.View]:
    """All that the page of the home shows."""
    read: Any = Offer.objects.annotate(told=pictures.pictures_of_home()).get(pk=offer.pk)
    return pictures.views(read.told)


def photo_of(offer: Offer) -> Any:
    """What its card shows."""
    read: Any = Offer.objects.annotate(told=pictures.photo_of_home()).get(pk=offer.pk)
    return pictures.first_view(read.told)


def header_of(width: int, height: int) -> bytes:
    """A PNG of that size that stops before its pixels: nothing to decode, all to refuse."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_a_photograph_is_redrawn_in_two_widths(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    assert login(cast.claire).post(address, sent(f.photograph(3000, 2000))).status_code == 302
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (1600, 1067)
    assert (picture.small_width, picture.small_height) == (480, 320)
    with picture_storage().open(picture.small.name) as file, Image.open(file) as small:
        assert (small.format, small.size) == ("WEBP", (480, 320))


def test_nothing_of_the_camera_is_kept(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = "SENTINELLE-EXIF"
    exif.get_ifd(0x8825)[1] = "N"
    photo = f.photograph(800, 600, exif=exif, comment=b"SENTINELLE-COMMENTAIRE")
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    login(cast.claire).post(address, sent(photo + b"SENTINELLE-APRES"))
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (600, 800)
    for name in (picture.large.name, picture.small.name):
        with picture_storage().open(name) as file:
            stored = file.read()
        assert b"SENTINELLE" not in stored
        with Image.open(io.BytesIO(stored)) as image:
            assert dict(image.getexif()) == {}
            assert "exif" not in image.info


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (header_of(20_000, 10_000), "trop de pixels : 40\u00a0millions au plus"),
        (header_of(8_000, 6_000), "48\u00a0millions de pixels, pour 40\u00a0millions au plus"),
        (header_of(60_000, 60_000), "trop de pixels"),
        (b"%PDF-1.7 bonjour", "pas une image JPEG, PNG ou WebP"),
        (f.photograph(800, 600)[:900], "Cette image est abîmée"),
        (f.photograph(299, 600), "Cette image est trop petite"),
        (b"GIF89a" + b"\x00" * 40, "pas une image JPEG, PNG ou WebP"),
    ],
)
def test_what_is_not_a_picture_is_refused_in_words(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling, content: bytes, said: str
) -> None:
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    answer = login(cast.claire).post(address, sent(content))
    assert answer.status_code == 422
    assert "photo.jpg : " in answer.content.decode()
    assert said in answer.content.decode()
    assert Picture.objects.count() == 0


def test_one_bad_file_does_not_take_the_others(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    first, second = f.photograph(colour="red"), f.photograph(colour="blue")
    answer = login(cast.claire).post(address, sent(first, b"rien", first, second))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Cette image est déjà là." in page
    assert "2\u00a0images ajoutées." in page
    assert Picture.objects.count() == 2


def test_described_ordered_deleted(cast: SimpleNamespace, login: Any, dwelling: Dwelling) -> None:
    first = f.picture_of(dwelling, colour="red")
    second = f.picture_of(dwelling, colour="blue")
    client = login(cast.claire)
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    words = {
        "describe": "1",
        f"p{first.pk}-shown": f"{first.position}:{first.role}:{first.alt}",
        f"p{second.pk}-shown": f"{second.position}:{second.role}:{second.alt}",
        f"p{first.pk}-alt": "Le séjour, au sud",
        f"p{first.pk}-role": "photo",
        f"p{first.pk}-position": "2",
        f"p{second.pk}-alt": "",
        f"p{second.pk}-role": "plan",
        f"p{second.pk}-position": "1",
    }
    refused = client.post(address, words)
    assert refused.status_code == 422
    assert "Le séjour, au sud" in refused.content.decode()
    client.post(address, words | {f"p{second.pk}-alt": "Plan du logement"})
    offer = f.OfferFactory(dwelling=dwelling)
    assert [(each.alt, each.role) for each in shown_of(offer)] == [
        ("Plan du logement", "plan"),
        ("Le séjour, au sud", "photo"),
    ]
    assert photo_of(offer).alt == "Le séjour, au sud"


def typed_on_the_page(*shown: Picture) -> dict[str, str]:
    """What the form of descriptions sends back of pictures as they were shown."""
    fields = {"describe": "1"}
    for each in shown:
        fields |= {
            f"p{each.pk}-shown": f"{each.position}:{each.role}:{each.alt}",
            f"p{each.pk}-alt": each.alt,
            f"p{each.pk}-role": each.role,
            f"p{each.pk}-position": str(each.position + 1),
        }
    return fields


def alts() -> list[str]:
    return sorted(each.alt for each in Picture.objects.all())


def test_two_agents_describe_at_once_and_nobody_is_written_over(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    """What one alone changed is kept from each; what both changed is asked again."""
    first = f.picture_of(dwelling, colour="red")
    second = f.picture_of(dwelling, colour="blue")
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    claire, chloe = login(cast.claire), login(cast.chloe)
    seen = typed_on_the_page(first, second)
    assert chloe.post(address, seen | {f"p{second.pk}-alt": "La cuisine"}).status_code == 302
    assert claire.post(address, seen | {f"p{first.pk}-alt": "Le séjour"}).status_code == 302
    assert alts() == ["La cuisine", "Le séjour"]

    answer = chloe.post(address, seen | {f"p{first.pk}-alt": "Le salon"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "vient de changer cette image : « Le séjour », photo, rang 1." in page
    assert 'value="Le salon"' in page
    assert alts() == ["La cuisine", "Le séjour"]
    first.refresh_from_db()
    assert f'value="{first.position}:photo:Le séjour"' in page
    again = typed_on_the_page(first) | {f"p{first.pk}-alt": "Le salon"}
    assert chloe.post(address, seen | again).status_code == 302
    assert alts() == ["La cuisine", "Le salon"]


def test_a_page_of_conflict_sent_as_it_is_writes_over_nobody(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    """It still says what its reader was shown: what she left alone stays as the other wrote it."""
    first = f.picture_of(dwelling, colour="red")
    second = f.picture_of(dwelling, colour="blue")
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    seen = typed_on_the_page(first, second)
    others = {f"p{first.pk}-alt": "Le séjour", f"p{second.pk}-alt": "La cuisine"}
    login(cast.chloe).post(address, seen | others)
    claire = login(cast.claire)
    answer = claire.post(address, seen | {f"p{first.pk}-alt": "Le salon"})
    assert answer.status_code == 422
    shown_again = dict(
        re.findall(r'name="(p\d+-(?:shown|alt))"[^>]*? value="([^"]*)"', answer.content.decode())
    )
    assert len(shown_again) == 4
    assert claire.post(address, seen | shown_again).status_code == 302
    assert alts() == ["La cuisine", "Le salon"]


def test_the_files_go_with_the_picture(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling, django_capture_on_commit_callbacks: Any
) -> None:
    picture = f.picture_of(dwelling)
    client = login(cast.claire)
    seen = client.get(pictures.view_of(picture).src)
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/webp")
    assert "immutable" in seen["Cache-Control"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("picture_delete", args=[picture.public_id]))
    assert not picture_storage().exists(picture.small.name)
    assert not picture_storage().exists(picture.large.name)
    assert client.get(pictures.view_of(picture).src).status_code == 404


def test_of_another_landlord_nothing(cast: SimpleNamespace, login: Any, dwelling: Dwelling) -> None:
    picture = f.picture_of(dwelling)
    client = login(cast.david)
    assert client.post(reverse("picture_delete", args=[picture.public_id])).status_code == 404
    address = reverse("dwelling_pictures", args=[dwelling.public_id])
    assert client.post(address, sent(f.photograph())).status_code == 404
    assert Picture.objects.count() == 1


def test_a_residence_lends_its_picture(cast: SimpleNamespace, dwelling: Dwelling) -> None:
    offer = f.OfferFactory(dwelling=dwelling)
    assert photo_of(offer) is None
    picture = f.picture_of(dwelling)
    Picture.objects.filter(pk=picture.pk).update(dwelling=None, residence=dwelling.residence)
    assert photo_of(offer).alt == picture.alt
    assert [each.alt for each in shown_of(offer)] == [picture.alt]


def test_a_published_offer_keeps_which_pictures_it_showed(
    cast: SimpleNamespace, dwelling: Dwelling
) -> None:
    """Number, words and order, once for files sent together; a draft keeps nothing. Nobody who
    applied is written to: the home is the same."""
    draft = f.OfferFactory(dwelling=dwelling, published_at=None)
    assert revisions_of(draft) == []
    dwelling.refresh_from_db()
    files = [
        SimpleUploadedFile(f"{n}.jpg", f.photograph(colour=n)) for n in ("olive", "navy", "teal")
    ]
    services.add_pictures(actor=cast.as_claire, shown=dwelling, files=files[:1])
    offer = f.OfferFactory(dwelling=dwelling)
    f.submitted(cast.amina, offer)
    told = cast.amina.notices.count()
    services.add_pictures(actor=cast.as_claire, shown=dwelling, files=files[1:])
    first, second, third = dwelling.pictures.all()
    services.describe_pictures(
        actor=cast.as_chloe,
        shown=dwelling,
        changes={
            first.pk: PictureChange(first.told, "Séjour", "photo", 2),
            second.pk: PictureChange(second.told, "Cuisine", "photo", 1),
            third.pk: PictureChange(third.told, "Étage", "plan", 0),
        },
    )
    services.delete_picture(actor=cast.as_claire, picture=second)
    name = str(dwelling)
    one, two, three = (f"{n}. Photo {n} : {name}" for n in (1, 2, 3))
    said = [
        [(change.label, change.before, change.after) for change in revision.changes]
        for revision in reversed(revisions_of(offer))
    ]
    label, described = "Images du logement", "1. plan : Étage ; 2. Cuisine ; 3. Séjour"
    assert [[tuple(spaced(part) for part in change) for change in each] for each in said] == [
        [(label, f"1 image ({one})", f"3 images ({one} ; {two} ; {three})")],
        [(label, f"3 images ({one} ; {two} ; {three})", f"3 images ({described})")],
        [(label, f"3 images ({described})", "2 images (1. plan : Étage ; 2. Séjour)")],
    ]
    assert revisions_of(draft) == []
    assert cast.amina.notices.count() == told


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
