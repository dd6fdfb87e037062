"""Vector files of the proofs, and what the executable model thinks of them.

A file has one "name value" a line: proof, profile, expect (OK, or the check that must refuse),
statement, and the proof's fields as pf.NAME or pf.NAME.i. Numbers are lower-case hexadecimal, with
a minus sign if negative; points are compressed; ctx is its encoding. src/zk/fields_test.h is the
other end.
"""
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
PROFILES = {"small": (640, 256, 288, 832, 32), "p128": (1536, 256, 512, 1280, 128)}
PROOFS = {
    "sch": ("ctx X A", "z"),
    "elog": ("ctx L M X Y h", "A N B z u"),
    "enc-elg": ("ctx Nhat s t N C A B X", "S D Y Z T z1 w z2 z3"),
    "aff-g": ("ctx Nhat s t N0 N C D Y X", "A Bx By E S F T z1 z2 z3 z4 w wy"),
    "prm": ("ctx Nhat s t", "A z"),
    "mod": ("ctx N", "w x a b z"),
    "fac": ("ctx Nhat s t N", "P Q A B T z1 z2 w1 w2 v"),
    "dec": ("ctx N K X D S base n", "A B C z w nu"),
    "aff-gstar": ("ctx N0 N C D Y X", "A Bx By z1 z2 w wy"),
}


class Missing(Exception):
    """The model, or what it needs, is not here."""


def find_model():
    """The model's modules, from $TREFOIL_MODEL or shared/reference/protocol-model above or beside
    the source tree."""
    asked = os.environ.get("TREFOIL_MODEL")
    places = [asked] if asked else [p / "shared/reference/protocol-model" for p in TOP.parents]
    for place in places:
        if os.path.isfile(os.path.join(place, "cggmp.py")):
            sys.path.insert(0, str(place))
            sys.dont_write_bytecode = True
            try:
                import cggmp
            except ImportError as e:
                raise Missing(f"the model needs python3-gmpy2 ({e})") from e
            return cggmp
    raise Missing("no executable model (set TREFOIL_MODEL)")


def use_profile(cg, name):
    cg.Par.pb, cg.L, cg.E, cg.LP, cg.M = PROFILES[name]


# ---- values


def point(cg, text):
    b = bytes.fromhex(text)
    if b == bytes(33):
        return cg.Pt()
    x = cg.mpz(int.from_bytes(b[1:], "big"))
    y = cg.powmod(x**3 + 7, (cg.P + 1) // 4, cg.P)
    if len(b) != 33 or b[0] not in (2, 3) or x >= cg.P or (y * y - x**3 - 7) % cg.P:
        raise ValueError(f"{text} is no point")
    return cg.Pt(x, y if y % 2 == b[0] - 2 else cg.P - y)


def from_tlv(cg, b):
    """The first item of b, and what follows it."""
    kind, size = b[:1], int.from_bytes(b[1:5], "big")
    body, rest = b[5:5 + size], b[5 + size:]
    if len(body) != size:
        raise ValueError("truncated context")
    if kind == b"L":
        items, left = [], body[4:]
        for _ in range(int.from_bytes(body[:4], "big")):
            item, left = from_tlv(cg, left)
            items.append(item)
        if left:
            raise ValueError("a list with something behind it")
        return items, rest
    if kind == b"I":
        n = cg.mpz(int.from_bytes(body[1:], "big"))
        return (-n if body[0] else n), rest
    if kind == b"P":
        return point(cg, body.hex()), rest
    return (body.decode() if kind == b"S" else body), rest


def number(cg, text):
    return cg.mpz(int(text, 16))


def as_text(cg, name, value):
    """How a value is written; the scalars are those whose responses live modulo q."""
    if isinstance(value, cg.Pt):
        return value.enc().hex()
    if isinstance(value, (list, tuple)):
        return cg.tlv(value).hex()
    if name in SCALARS:
        return f"{int(value):064x}"
    digits = f"{abs(int(value)):x}"
    return ("-" if value < 0 else "") + "0" * (len(digits) % 2) + digits


SCALARS = {"sch.z", "elog.z", "elog.u", "enc-elg.w"}


# ---- files


def write(cg, path, proof, profile, expect, statement, fields):
    names, parts = (s.split() for s in PROOFS[proof])
    with open(path, "w", encoding="ascii") as f:
        print("proof", proof, file=f)
        print("profile", profile, file=f)
        print("expect", expect, file=f)
        for name, value in zip(names, statement, strict=True):
            print(name, as_text(cg, name, value), file=f)
        for name, value in zip(parts, fields, strict=True):
            if isinstance(value, list):
                for i, v in enumerate(value):
                    print(f"pf.{name}.{i}", as_text(cg, name, v), file=f)
            else:
                print(f"pf.{name}", as_text(cg, f"{proof}.{name}", value), file=f)


def read(path):
    values = {}
    with open(path, encoding="ascii") as f:
        for line in f:
            name, value = line.split()
            if name in values:
                raise ValueError(f"{path}: {name} twice")
            values[name] = value
    return values


def verify(cg, path):
    """Does the model accept this file's proof?"""
    v = read(path)
    use_profile(cg, v["profile"])

    def n(name):
        return number(cg, v[name])

    def pf(name):
        if f"pf.{name}" in v:
            return n(f"pf.{name}")
        out = []
        while f"pf.{name}.{len(out)}" in v:
            out.append(n(f"pf.{name}.{len(out)}"))
        return out

    def pt_list(name):
        out = []
        while f"pf.{name}.{len(out)}" in v:
            out.append(point(cg, v[f"pf.{name}.{len(out)}"]))
        return out

    def pts(names):
        return [point(cg, v[x]) for x in names.split()]

    def rp():
        return cg.RP(n("Nhat"), n("s"), n("t"))

    ctx, rest = from_tlv(cg, bytes.fromhex(v["ctx"]))
    if rest:
        raise ValueError(f"{path}: something behind ctx")
    kind = v["proof"]
    if kind == "sch":
        return cg.sch_verify(ctx, *pts("X A"), pf("z"))
    if kind == "elog":
        return cg.elog_verify(ctx, *pts("L M X Y h"),
                              (pts("pf.A pf.N pf.B"), (pf("z"), pf("u"))))
    if kind == "enc-elg":
        com = [pf("S"), pf("D"), *pts("pf.Y pf.Z"), pf("T")]
        return cg.encelg_verify(ctx, rp(), cg.PK(n("N")), n("C"), *pts("A B X"),
                                (com, (pf("z1"), pf("w"), pf("z2"), pf("z3"))))
    if kind == "aff-g":
        com = [pf("A"), *pts("pf.Bx"), *(pf(x) for x in "By E S F T".split())]
        return cg.affg_verify(ctx, rp(), cg.PK(n("N0")), cg.PK(n("N")), n("C"), n("D"), n("Y"),
                              *pts("X"), (com, tuple(pf(x) for x in "z1 z2 z3 z4 w wy".split())))
    if kind == "prm":
        Nhat = n("Nhat")
        if Nhat % 2 == 0 or cg.is_prime(Nhat):
            return False
        return cg.prm_verify(ctx, Nhat, n("s"), n("t"), (pf("A"), pf("z")))
    if kind == "mod":
        points = list(zip(pf("x"), pf("a"), pf("b"), pf("z"), strict=True))
        return cg.mod_verify(ctx, n("N"), (n("pf.w"), points))
    if kind == "fac":
        return cg.fac_verify(ctx, rp(), n("N"), ([pf(x) for x in "P Q A B T".split()],
                                                 tuple(pf(x) for x in "z1 z2 w1 w2 v".split())))
    if kind == "dec":
        com = list(zip(pf("A"), pt_list("B"), pt_list("C"), strict=True))
        return cg.dec_verify(ctx, cg.PK(n("N")), n("K"), *pts("X"), n("D"), *pts("S base"),
                             n("n"), (com, list(zip(*(pf(x) for x in "z w nu".split()),
                                                    strict=True))))
    if kind == "aff-gstar":
        com = list(zip(pf("A"), pt_list("Bx"), pf("By"), strict=True))
        return cg.affgs_verify(ctx, cg.PK(n("N0")), cg.PK(n("N")), n("C"), n("D"), n("Y"),
                               *pts("X"), (com, list(zip(*(pf(x) for x in "z1 z2 w wy".split()),
                                                         strict=True))))
    raise ValueError(f"{path}: proof {kind}")


def run_ours(program, profile, seed, place):
    """Let our own code (zk_make_proofs) write its proofs into a directory."""
    env = {"TREFOIL_SOURCE": str(TOP), "TREFOIL_ZK_PROFILE": profile, "TREFOIL_SEED": seed,
           "TREFOIL_ZK_OUT": place, "TREFOIL_QUICK": ""}
    subprocess.run([program, "write"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, **env})
