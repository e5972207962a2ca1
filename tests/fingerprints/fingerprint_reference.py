"""Format jg1 a second time, from docs/fingerprint.md, slowly and in plain Python: it shares no code with the package.

A column is `(type, values, order)`: the type as the document spells it; Python objects, None where missing; and
the categories of an ordered category, or the names and types of a struct's fields.
"""

from __future__ import annotations

import math
import struct

from blake3 import blake3

MASK = (1 << 64) - 1
CODES = {
    "int8": "<b",
    "int16": "<h",
    "int32": "<i",
    "int64": "<q",
    "uint8": "<B",
    "uint16": "<H",
    "uint32": "<I",
    "uint64": "<Q",
    "float16": "<e",
    "float32": "<f",
    "float64": "<d",
    "date32": "<i",
}


def u64(n):
    return struct.pack("<Q", n)


def text(s):
    return u64(len(s.encode())) + s.encode()


def plain(data):
    return blake3(data).digest()


def node(kind, data):
    return blake3(data, derive_key_context=f"jupyter-gov jg1 {kind}").digest()


def bitmap(bits):
    packed = bytearray((len(bits) + 7) // 8)
    for i, bit in enumerate(bits):
        packed[i // 8] |= bool(bit) << i % 8
    return bytes(packed)


def code(type_):
    return CODES.get(type_) or ("<i" if type_.startswith("time32") else "<q")


def inner(type_):
    """The type of a category's values."""
    return type_.removeprefix("category<").removesuffix(">").removesuffix(", ordered")


def ends(pieces):
    total, data = 0, b""
    for piece in pieces:
        total += len(piece)
        data += u64(total)
    return data


def parts(type_, values, order):
    if type_ == "null":
        return b""
    if type_ == "bool":
        return plain(bitmap([v is not None and v for v in values]))
    if type_.startswith("list<"):
        flat = [x for v in values for x in v or ()]
        return plain(ends([v or () for v in values])) + column(type_[5:-1], flat)
    if type_.startswith("array<"):
        element, *shape = type_[6:-1].split(", ")
        size = math.prod(map(int, shape))
        return column(element, [x for v in values for x in ([None] * size if v is None else v)])
    if type_.startswith("decimal"):
        width = int(type_[7 : type_.index("(")]) // 8
        return plain(b"".join((v or 0).to_bytes(width, "little", signed=True) for v in values))
    if type_.startswith("complex"):
        return plain(b"".join(struct.pack("<ff" if type_ == "complex64" else "<dd", v.real, v.imag) for v in values))
    if type_.startswith("binary["):
        return plain(b"".join(values))
    if type_.startswith(("struct<", "interval<")):
        data = b""
        for name, field in order:
            data += text(name) + column(field, [None if v is None else v[name] for v in values])
        return data
    if type_ in ("string", "binary"):
        data = [b"" if v is None else v.encode() if type_ == "string" else v for v in values]
        return plain(ends(data)) + plain(b"".join(data))
    if type_.startswith("category<"):
        used = categories(values, order)
        codes = b"".join(struct.pack("<I", 0 if v is None else used.index(v)) for v in values)
        return column(inner(type_), used) + plain(codes)
    return plain(b"".join(struct.pack(code(type_), 0 if v is None else v) for v in values))


def categories(values, order):
    """In their order where there is one, else as they first appear."""
    present = [v for v in values if v is not None]
    return [v for v in order if v in present] if order else list(dict.fromkeys(present))


def column(type_, values, order=None):
    missing = sum(v is None for v in values)
    head = text(type_) + u64(len(values)) + u64(missing)
    if missing:
        head += plain(bitmap([v is not None for v in values]))
    return node("column", head + parts(type_, values, order))


def label(name):
    return b"s" + text(name)


def table(rows, columns):
    """`columns`: (role, name, type, values, order)."""
    data = u64(rows) + u64(len(columns))
    for role, name, type_, values, order in columns:
        data += role + label(name) + column(type_, values, order)
    return "jg1:" + node("table", data).hex()


def short(data):
    return int.from_bytes(plain(data)[:8], "little")


def cell(type_, value, order=None):
    if value is None:
        return 0x9FB21C651E98DF25
    if type_.startswith("list<"):
        return short(b"".join(u64(cell(type_[5:-1], x)) for x in value))
    if type_.startswith("array<"):
        return short(b"".join(u64(cell(type_[6:-1].split(", ")[0], x)) for x in value))
    if type_.startswith(("struct<", "interval<")):
        return row_hash(cell(field, value[name]) for name, field in order)
    if type_.startswith("complex128"):
        return short(struct.pack("<dd", value.real, value.imag))
    if type_.startswith("decimal"):
        return short(value.to_bytes(int(type_[7 : type_.index("(")]) // 8, "little", signed=True))
    if type_ == "bool":
        return int(value)
    if type_ == "string":
        return short(value.encode())
    if type_.startswith("binary"):
        return short(value)
    if type_.startswith("category<"):
        return cell(inner(type_), value)
    return int.from_bytes(struct.pack(code(type_), value), "little")


def mix(h):
    h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9 & MASK
    h = (h ^ h >> 27) * 0x94D049BB133111EB & MASK
    return h ^ h >> 31


def row_hash(cells):
    h = 0
    for c in cells:
        h = mix(h + c + 0x9E3779B97F4A7C15 & MASK)
    return h


def unordered(rows, columns):
    data = u64(rows) + u64(len(columns))
    for role, name, type_, values, order in columns:
        data += role + label(name) + text(type_)
        if type_.endswith(", ordered>"):
            data += column(inner(type_), categories(values, order))
    hashes = sorted(row_hash(cell(t, v[i], o) for _, _, t, v, o in columns) for i in range(rows))
    return "jg1:" + node("rows", data + plain(b"".join(map(u64, hashes)))).hex()


def sparse_table(rows, width, type_, kept):
    """`kept`: for each row its values that are not zero, as (place, value)."""
    flat = [entry for row in kept for entry in row]
    places, values = [place for place, _ in flat], [value for _, value in flat]
    body = plain(b"".join(u64(sum(map(len, kept[: i + 1]))) for i in range(rows)))
    body += plain(b"".join(map(u64, places))) + column(type_, values)
    whole = node("column", text(f"sparse<{type_}, {width}>") + u64(rows) + u64(0) + body)
    return "jg1:" + node("table", u64(rows) + u64(1) + b"c" + label("0") + whole).hex()


def unordered_sparse(rows, width, type_, kept):
    head = u64(rows) + u64(1) + b"c" + label("0") + text(f"sparse<{type_}, {width}>")
    cells = [short(b"".join(u64(place) + u64(cell(type_, value)) for place, value in row)) for row in kept]
    return "jg1:" + node("rows", head + plain(b"".join(map(u64, sorted(map(row_hash, ([c] for c in cells))))))).hex()
