"""An image goes to models and is stored as its picture alone."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from arena.eventstore.domain import DomainError
from voting.images import MAX_BYTES, MAX_SIDE_PIXELS, clean, media_type

PLACE = "48.2082 N 16.3738 E"


def picture(
    format: str, *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object
) -> bytes:
    """An image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    body = io.BytesIO()
    image.convert(mode).save(body, format, **options)
    return body.getvalue()


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def exif(**tags: object) -> Image.Exif:
    data = Image.Exif()
    data[0x010E] = PLACE
    data[0x0112] = tags.get("orientation", 1)
    return data


def png_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", PLACE)
    return info


@pytest.mark.parametrize(
    ("raw", "format"),
    [
        (lambda: picture("JPEG", exif=exif(), comment=PLACE.encode()), "JPEG"),
        (lambda: picture("PNG", pnginfo=png_text()), "PNG"),
        (lambda: picture("WEBP", exif=exif(), lossless=True), "PNG"),
        (lambda: picture("GIF", comment=PLACE.encode()), "PNG"),
        (lambda: picture("PNG", mode="P"), "PNG"),
        (lambda: picture("PNG", mode="L"), "PNG"),
        (lambda: picture("JPEG", mode="CMYK"), "JPEG"),
        (lambda: picture("JPEG") + PLACE.encode(), "JPEG"),
    ],
)
def test_the_picture_stays_and_what_stood_beside_it_goes(
    raw: Callable[[], bytes], format: str
) -> None:
    before = raw()
    after = clean(before)
    image = opened(after)
    assert image.format == format
    assert image.size == (40, 30)
    assert PLACE.encode() not in after
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert media_type(after) == f"image/{format.lower()}"
    if opened(before).mode != "L":
        red, _, blue = image.convert("RGB").getpixel((5, 15))  # type: ignore[misc]
        assert red > 200 > 60 > blue


def test_a_turned_photograph_stands_upright() -> None:
    image = opened(clean(picture("JPEG", size=(80, 40), exif=exif(orientation=6))))
    assert image.size == (40, 80)


def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    body = io.BytesIO()
    frames[0].save(body, "GIF", save_all=True, append_images=frames[1:])
    image = opened(clean(body.getvalue()))
    assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    assert getattr(image, "n_frames", 1) == 1


def test_transparency_stays() -> None:
    body = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(body, "PNG")
    assert opened(clean(body.getvalue())).getpixel((5, 5)) == (255, 0, 0, 0)


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_a_large_picture_is_made_smaller(format: str) -> None:
    image = opened(clean(picture(format, size=(5000, 1000))))
    assert max(image.size) == MAX_SIDE_PIXELS
    assert image.width / image.height == pytest.approx(5, rel=0.01)


def test_a_picture_too_large_as_png_becomes_jpeg() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((1800, 1800), 100) for _ in "RGB"])
    body = io.BytesIO()
    noise.save(body, "WEBP", quality=30, method=0)
    assert len(body.getvalue()) < MAX_BYTES
    after = clean(body.getvalue())
    assert opened(after).format == "JPEG"
    assert len(after) < MAX_BYTES


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that claims to be very large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(10_000, 10_000), (100_000, 100_000), (1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(DomainError, match="million pixels"):
        clean(bomb(*size))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        picture("BMP"),
        picture("TIFF"),
        picture("JPEG")[:300],
        picture("PNG")[:60],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
        b"GIF89a" + b"\xff" * 20,
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    ],
)
def test_what_is_no_whole_image_is_refused(raw: bytes) -> None:
    with pytest.raises(DomainError, match="PNG, JPEG, WebP or GIF"):
        clean(raw)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(DomainError, match="5 MB are allowed"):
        clean(b"\x00" * (MAX_BYTES + 1))
