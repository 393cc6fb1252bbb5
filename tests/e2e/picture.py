# SPDX-License-Identifier: Apache-2.0
"""picture.py PGM PNG: a page that was rendered just now shows what was kept of it; picture.py --keep PGM PNG keeps it.

Another version of a font or of cairo moves edges by less than a point, so that a few points may differ; a line that is missing, or
has moved, is more than that. What is kept is grey, without filters: a PNG that this file can read again."""
import struct
import sys
import zlib

SHARE = 0.01  # of all points may differ by more than STEP
STEP = 64
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_pgm(path):
    kind, size, _, points = open(path, "rb").read().split(b"\n", 3)
    assert kind == b"P5", path
    width, height = map(int, size.split())
    return width, height, points


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(path, width, height, points):
    lines = b"".join(b"\0" + points[y * width:(y + 1) * width] for y in range(height))
    with open(path, "wb") as file:
        file.write(SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def read_png(path):
    data = open(path, "rb").read()
    width, height = struct.unpack(">II", data[16:24])
    assert data[:8] == SIGNATURE and data[24:29] == b"\x08\0\0\0\0", f"{path} was not kept by this program"
    length, = struct.unpack(">I", data[33:37])
    lines = zlib.decompress(data[41:41 + length])
    return width, height, b"".join(lines[y * (width + 1) + 1:(y + 1) * (width + 1)] for y in range(height))


if sys.argv[1] == "--keep":
    write_png(sys.argv[3], *read_pgm(sys.argv[2]))
    sys.exit()
new, kept = read_pgm(sys.argv[1]), read_png(sys.argv[2])
if kept[:2] != new[:2]:
    sys.exit(f"{new[0]} x {new[1]} points, not {kept[0]} x {kept[1]}")
differ = sum(abs(a - b) > STEP for a, b in zip(kept[2], new[2])) / len(kept[2])
if differ > SHARE:
    sys.exit(f"{differ:.2%} of the points differ")
