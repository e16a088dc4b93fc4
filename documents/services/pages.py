"""What is shown of a clean file is what was checked, or what is drawn from it again."""

import hashlib
import logging

from documents import storage
from documents.examine import ChildDied, ExaminationImpossible, Refusal, examined
from documents.models import PieceFile

logger = logging.getLogger(__name__)

_EXTENSIONS = {PieceFile.MediaType.PDF: "pdf", PieceFile.MediaType.JPEG: "jpg"}


class Damaged(Exception):
    """The object is not the one that was checked: it must not be shown."""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def checked_content(file: PieceFile) -> bytes:
    """The object of a clean file, compared with what was checked. Raises Damaged."""
    content = storage.read(storage.clean_name(file.key))
    if digest(content) != file.sha256:
        raise Damaged(str(file.public_id))
    return content


def page_image(file: PieceFile, page: int) -> bytes:
    """The image of a page, compared with the one that was drawn. One that is lost, or is another,
    is drawn again from the file that was checked: nobody refuses an intact document for it.

    Raises FileNotFoundError, Damaged, StorageUnavailable."""
    if not 1 <= page <= file.pages:
        raise FileNotFoundError(f"{file.public_id} has no page {page}")
    try:
        image = storage.read(storage.page_name(file.key, page))
    except FileNotFoundError:
        logger.error("no image of page %d of the file %s", page, file.public_id)
        return _drawn_again(file)[page - 1]
    if file.pages_sha256 and digest(image) != file.pages_sha256[page - 1]:
        logger.error("the image of page %d of %s is not the one drawn", page, file.public_id)
        return _drawn_again(file)[page - 1]
    return image


def _drawn_again(file: PieceFile) -> list[bytes]:
    """Every page, in a child process as the first time, kept in the place of what was there."""
    content = checked_content(file)
    try:
        with examined(content, _EXTENSIONS[PieceFile.MediaType(file.media_type)]) as redrawn:
            if isinstance(redrawn, Refusal) or len(redrawn.pages) != file.pages:
                raise Damaged(str(file.public_id))
            images = [page.read_bytes() for page in redrawn.pages]
    except (ChildDied, ExaminationImpossible) as failure:
        raise storage.StorageUnavailable(str(failure)) from failure
    for number, image in enumerate(images, start=1):
        storage.write(storage.page_name(file.key, number), image)
    PieceFile.objects.filter(pk=file.pk).update(pages_sha256=[digest(each) for each in images])
    return images
