"""Files that are sent in: what they are is told from their bytes, and pictures are set anew."""

from hashlib import sha256
from io import BytesIO
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from contributions.models import Attachment, Contribution
from portal.sealed import seal, unseal

LARGEST = 5_000_000  # bytes
MOST = 3  # files of one contribution
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_400  # pixels of a picture as it is stored
_TYPES = {
    "image/jpeg": Attachment.Type.IMAGE,
    "image/png": Attachment.Type.IMAGE,
    "image/webp": Attachment.Type.IMAGE,
    "application/pdf": Attachment.Type.PDF,
    "audio/mpeg": Attachment.Type.AUDIO_MPEG,
    "audio/ogg": Attachment.Type.AUDIO_OGG,
    "audio/mp4": Attachment.Type.AUDIO_MP4,
    "video/mp4": Attachment.Type.AUDIO_MP4,  # sound of telephones often comes in this wrapping
    "audio/amr": Attachment.Type.AUDIO_AMR,
}


def read_file(upload: Any) -> tuple[Attachment.Type, bytes, str]:
    """Give type, bytes to be stored, and the digest of what was sent. Raises ValidationError."""
    if (upload.size or 0) > LARGEST:
        raise ValidationError(_("The file is too large: 5 MB at most."))
    data = upload.read()
    kind = filetype.guess(data)
    type_ = _TYPES.get(kind.mime) if kind else None
    if type_ is None:
        raise ValidationError(_("Only pictures (JPEG, PNG), PDF and sound can be taken."))
    digest = sha256(data).hexdigest()
    return type_, _set_anew(data) if type_ is Attachment.Type.IMAGE else data, digest


def add_file(contribution: Contribution, upload: Any) -> Attachment:
    """Store a file with a contribution; the same file once. Raises ValidationError."""
    type_, data, digest = read_file(upload)
    there = contribution.attachments.filter(digest=digest).first()
    if there:
        return there
    if contribution.attachments.count() >= MOST:
        raise ValidationError(_("Three files at most."))
    return Attachment.objects.create(
        contribution=contribution, type=type_, size=len(data), digest=digest, content=seal(data)
    )


def content_of(attachment: Attachment) -> bytes:
    """Give the bytes of a file in clear."""
    return unseal(bytes(attachment.content))


def _set_anew(data: bytes) -> bytes:
    """Give a picture as a new JPEG: without place, time and camera, and without hidden content."""
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("The picture is too large: 40 million pixels at most."))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except ValidationError:
        raise
    except Exception as error:  # a damaged picture fails in many ways
        raise ValidationError(_("This picture cannot be read.")) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    stored = BytesIO()
    upright.save(stored, "JPEG", quality=85)
    return stored.getvalue()
