"""The control connection's language for tests: frames, messages by wire/control.wire (read with the
parser of tools/genwire), and the unsigned EIP-1559 transactions that an intent carries."""
import hashlib
import os
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

from deployment import TOP

KEYGEN, AUXINFO, PRESIGN, SIGN = 1, 2, 3, 4


def load_schema():
    loader = SourceFileLoader("genwire", os.path.join(TOP, "tools", "genwire"))
    loader_spec = spec_from_loader("genwire", loader)
    genwire = module_from_spec(loader_spec)
    loader.exec_module(genwire)
    return genwire.Schema(os.path.join(TOP, "wire", "control.wire"), {})


SCHEMA = load_schema()
BY_NUMBER = {t.number: t for t in SCHEMA.types if t.number}
BY_NAME = {t.name: t for t in SCHEMA.types}


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise ValueError("message ends early")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, n):
        return int.from_bytes(self.take(n), "big")


def get(r, kind):
    word = kind.word
    if word == "struct":
        return get_fields(r, kind.type)
    if word == "bytes":
        return r.take(kind.arg.value())
    if word in ("blob", "string"):
        data = r.take(r.number(4))
        return data if word == "blob" else data.decode()
    return r.number(int(word[1:]) // 8)


def get_fields(r, t):
    return {f.name: [get(r, f.kind) for _ in range(r.number(4))] if f.max else get(r, f.kind)
            for f in t.fields}


def put(kind, v):
    word = kind.word
    if word == "struct":
        return put_fields(kind.type, v)
    if word == "bytes":
        if len(v) != kind.arg.value():
            raise ValueError("bytes of another length")
        return v
    if word in ("blob", "string"):
        data = v if word == "blob" else v.encode()
        return len(data).to_bytes(4, "big") + data
    return v.to_bytes(int(word[1:]) // 8, "big")


def put_fields(t, m):
    return b"".join(
        len(m[f.name]).to_bytes(4, "big") + b"".join(put(f.kind, v) for v in m[f.name])
        if f.max else put(f.kind, m[f.name]) for f in t.fields)


def name_of(frame):
    return BY_NUMBER[int.from_bytes(frame[:2], "big")].name


def decode(frame):
    """(name, fields) of a frame without its length."""
    r = Reader(frame)
    t = BY_NUMBER[r.number(2)]
    if r.number(2) != int(SCHEMA.version):
        raise ValueError("another version")
    m = get_fields(r, t)
    if r.at != len(frame):
        raise ValueError("message goes on")
    return t.name, m


def encode(name, m):
    t = BY_NAME[name]
    return t.number.to_bytes(2, "big") + int(SCHEMA.version).to_bytes(2, "big") + put_fields(t, m)


def body(name, m):
    return put_fields(BY_NAME[name], m)


def shake(data):
    return hashlib.shake_256(data).digest(32)


# ---- transactions

FIELDS = ("chain", "nonce", "priority", "max_fee", "gas", "to", "value", "data")


def rlp_head(n, short):
    if n < 56:
        return bytes([short + n])
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([short + 55 + len(size)]) + size


def rlp(item):
    if isinstance(item, list):
        inner = b"".join(rlp(i) for i in item)
        return rlp_head(len(inner), 0xc0) + inner
    if isinstance(item, int):
        item = item.to_bytes((item.bit_length() + 7) // 8, "big")
    return item if len(item) == 1 and item[0] < 0x80 else rlp_head(len(item), 0x80) + item


def rlp_item(r):
    """The next item, flat: what a plain transfer has in it, strings and an empty list."""
    head = r.number(1)
    if head < 0x80:
        return bytes([head])
    if head <= 0xb7:
        return r.take(head - 0x80)
    if head == 0xc0:
        return []
    raise ValueError("not a plain transfer")


def parse_transfer(payload):
    """An unsigned EIP-1559 transaction as a dict of FIELDS."""
    r = Reader(payload)
    if r.number(1) != 2:
        raise ValueError("not EIP-1559")
    head = r.number(1)
    size = head - 0xc0 if head <= 0xf7 else r.number(head - 0xf7)
    if r.at + size != len(payload):
        raise ValueError("not one list")
    items = [rlp_item(r) for _ in range(len(FIELDS) + 1)]
    tx = dict(zip(FIELDS, items))
    return {k: v if k in ("to", "data") else int.from_bytes(v, "big") for k, v in tx.items()}


def make_transfer(tx):
    return b"\x02" + rlp([tx[k] for k in FIELDS] + [[]])


def changed(payload, **changes):
    """The same transaction, but."""
    again = make_transfer(parse_transfer(payload))
    if again != payload:
        raise ValueError("the payload is not read as it was written")
    return make_transfer({**parse_transfer(payload), **changes})
