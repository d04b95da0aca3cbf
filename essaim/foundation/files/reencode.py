"""One picture from standard input to standard output, drawn anew: a program of its own.

It runs apart from the site, with bounds of memory and time, because decoders of pictures have
been broken before. It imports nothing of ours. Its exit code says what was wrong with the picture.
"""

import resource
import sys
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
QUALITY = 82
MEMORY = 600_000_000  # bytes of address space, libraries included
SECONDS = 8

NO_PICTURE, TOO_MANY_PIXELS = 3, 4


def main() -> int:
    """Write « width height » on a line of its own, then a WebP without anything but pixels.

    Its one argument is the longest side that it may have.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes to no file
    Image.MAX_IMAGE_PIXELS = None  # ours is asked first, and refuses rather than warns
    try:
        picture = Image.open(BytesIO(sys.stdin.buffer.read()), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            return TOO_MANY_PIXELS
        drawn = drawn_anew(picture, int(sys.argv[1]))
    except MemoryError:
        return TOO_MANY_PIXELS
    except Exception:  # noqa: BLE001  decoders raise whatever they like on hostile input
        return NO_PICTURE
    out = BytesIO()
    drawn.save(out, "WEBP", quality=QUALITY, method=4)
    sys.stdout.buffer.write(f"{drawn.width} {drawn.height}\n".encode() + out.getvalue())
    return 0


def drawn_anew(picture: Image.Image, longest: int) -> Image.Image:
    """Its first frame, upright and no larger than a page shows it: pixels alone, on a new sheet."""
    picture.draft("RGB", (longest, longest))
    picture.thumbnail((longest, longest), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(picture)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    sheet = Image.new(mode, upright.size)
    sheet.paste(upright.convert(mode))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
