"""Make an image from a voter anew, so that nothing but its picture goes to models and is stored.

What a camera writes beside the picture (place, time, owner) is left out.
"""

import io
import warnings
from threading import Lock
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from arena.eventstore.domain import DomainError

MAX_BYTES: Final = 5 * 1_048_576
MAX_SIDE_PIXELS: Final = 2_048
MAX_PIXELS: Final = 50_000_000
"""Of a JPEG file, which is unpacked no larger than it is kept."""
MAX_PIXELS_UNPACKED: Final = 16_000_000
"""Of any other: it is unpacked whole in memory, more than once at four bytes a pixel."""
_ONE_AT_A_TIME: Final = Lock()
"""A file of two kilobytes can take hundreds of megabytes, so a process unpacks one at a time."""
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_JPEG_QUALITY: Final = 90
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"


def clean(raw: bytes) -> bytes:
    """Return the picture as a new PNG or JPEG of at most 2,048 pixels a side.

    Of an animation the first picture. JPEG stays JPEG, all else becomes PNG, unless it is then
    larger than what may be sent. Raises DomainError for what is no such image or is too large.
    """
    if len(raw) > MAX_BYTES:
        raise DomainError(
            f"The image has {len(raw) / 1_048_576:.1f} MB; {MAX_BYTES // 1_048_576} MB are"
            " allowed. Make it smaller."
        )
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            # Pillow warns from its own limit on; ours is checked before anything is unpacked.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _anew(raw)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels(MAX_PIXELS_UNPACKED) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError):
        # What Pillow's readers raise for broken files, in this many ways.
        raise DomainError(
            "The image cannot be read. Send a PNG, JPEG, WebP or GIF file that is whole."
        ) from None


def media_type(image: bytes) -> str:
    """Return the media type of an image that `clean` made."""
    return "image/png" if image.startswith(_PNG_START) else "image/jpeg"


def _anew(raw: bytes) -> bytes:
    with Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
        is_jpeg = image.format == "JPEG"
        limit = MAX_PIXELS if is_jpeg else MAX_PIXELS_UNPACKED
        if image.width * image.height > limit:
            raise _too_many_pixels(limit)
        # Before it is turned: JPEG then unpacks no more than is needed; what is turned is small.
        image.draft("RGB", (MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
        image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
        upright = ImageOps.exif_transpose(image)
    if is_jpeg:
        return _jpeg(upright)
    png = _written(_plain(upright, has_alpha=upright.has_transparency_data), "PNG")
    return png if len(png) <= MAX_BYTES else _jpeg(upright)


def _jpeg(image: Image.Image) -> bytes:
    return _written(_plain(image, has_alpha=False), "JPEG", quality=_JPEG_QUALITY)


def _plain(image: Image.Image, *, has_alpha: bool) -> Image.Image:
    """Return the pixels alone, in a picture that knows of no metadata, palette or profile."""
    pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.has_transparency_data and not has_alpha:
        white = Image.new("RGBA", pixels.size, "white")
        pixels = Image.alpha_composite(white, pixels).convert("RGB")
    plain = Image.new(pixels.mode, pixels.size)
    plain.paste(pixels)
    return plain


def _written(image: Image.Image, format: str, **options: int) -> bytes:
    body = io.BytesIO()
    image.save(body, format, **options)
    return body.getvalue()


def _too_many_pixels(limit: int) -> DomainError:
    return DomainError(
        f"The image has more than {limit // 1_000_000} million pixels. Make it smaller."
    )
