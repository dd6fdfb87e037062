#!/usr/bin/python3
"""Make tests/vectors/proto: the four protocols run by the executable model, with everything that each
party has drawn and everything that follows from it.

usage: make_proto.py [PROFILE-TofN ...]     default: all

Needs python3-gmpy2 and the model (see tests/zk/zkfile.py). Seeded: the files come out the same
every time. src/proto/known_test.c is the reader: one "name value" a line, numbers in lower-case
hexadecimal with a minus sign if negative, points compressed.
"""
import hashlib
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/zk"))
import zkfile  # noqa: E402

OUT = TOP / "tests/vectors/proto"
RUNS = {"small-3of3": ("small", 3, 3, [1, 2, 3]), "small-2of3": ("small", 3, 2, [1, 2]),
        "p128-3of3": ("p128", 3, 3, [1, 2, 3])}
PATH = [44, 1, 0, 0, 5]


class Tape:
    """In place of the secrets module: SHAKE256 of seed and counter."""
    def __init__(self, seed):
        self.seed, self.count = seed, 0

    def token_bytes(self, n):
        self.count += 1
        return hashlib.shake_256(f"{self.seed}/{self.count}".encode()).digest(n)

    def randbits(self, n):
        return int.from_bytes(self.token_bytes((n + 7) // 8), "big") & ((1 << n) - 1)

    def randbelow(self, n):
        return int.from_bytes(self.token_bytes((n.bit_length() + 135) // 8), "big") % n


class File:
    def __init__(self, cg):
        self.cg, self.lines = cg, []

    def put(self, name, value):
        if isinstance(value, self.cg.Pt):
            value = value.enc()
        text = value.hex() if isinstance(value, bytes) else f"{int(value):x}"
        self.lines.append(f"{name} {text}\n")

    def put_all(self, prefix, source, **names):
        for name, key in names.items():
            self.put(f"{prefix}.{name}", source[key])


def sid(seed, what):
    return hashlib.sha256(f"{seed} {what}".encode()).digest()


def keygen(f, cg, proto, seed, n, t):
    ids, seen = list(range(1, n + 1)), {}
    s = sid(seed, "keygen")

    def look(stage, i, st):
        if stage == "r1":
            seen[i] = st
    key = proto.dkg(n, t, ids, tamper=look, sid=s)
    ctx, rid = [s, "secp256k1", n, t, ids], bytes(32)
    f.put("keygen.sid", s)
    for i in ids:
        rid = bytes(a ^ b for a, b in zip(rid, seen[i]["rid"]))
    for i in ids:
        p, st = f"keygen.{i}", seen[i]
        for k, c in enumerate(st["f"]):
            f.put(f"{p}.f.{k}", c)
        f.put_all(p, st, a="a", rid="rid", cc="cc", u="u", V="V")
        f.put(f"{p}.x", key["x"][i])
        f.put(f"{p}.X", key["X"][i])
        f.put(f"{p}.z", cg.sch_prove([ctx, rid, i], key["X"][i], key["x"][i], st["a"], st["A"]))
    f.put("keygen.Y", key["Y"])
    f.put("keygen.cc", key["cc"])
    return key


def auxinfo(f, cg, proto, seed, profile, signers):
    bits = zkfile.PROFILES[profile][0]
    lines = (TOP / f"tests/vectors/primes{bits}.txt").read_text(encoding="ascii").split()
    p = [cg.mpz(int(x, 16)) for x in lines]
    primes = {i: tuple(p[4 * k:4 * k + 4]) for k, i in enumerate(signers)}
    s, seen = sid(seed, "auxinfo"), {}

    def look(stage, i, st, sec):
        if stage == "r1":
            seen[i] = (st, sec)
    aux = proto.aux_gen(signers, primes, sid=s, tamper=look)
    f.put("aux.sid", s)
    for i in signers:
        st, sec = seen[i]
        A, z = st["prm"]
        e = cg.chal_bits("prm", cg.M, [[s, list(signers)], i], st["Nh"], st["s"], st["t"], A)
        for k in range(cg.M if profile == "small" else 0):   # what the nonces were
            f.put(f"aux.{i}.prm.{k}", (z[k] - e[k] * sec["lam"]) % sec["hphi"])
        f.put_all(f"aux.{i}", st, N="N", Nhat="Nh", s="s", t="t", rho="rho", u="u", V="V")
        f.put(f"aux.{i}.lambda", sec["lam"])
    return aux


def presign(f, cg, proto, seed, key, aux, signers):
    s, seen = sid(seed, "presign"), {}

    def look(stage, i, st):
        if stage == "r3":
            seen[i] = st
    ps = proto.presign(key, aux, signers, sid=s, tamper=look)
    f.put("presign.sid", s)
    f.put("presign.epid", ps["epid"])
    f.put("presign.id", ps["id"])
    f.put("presign.Gamma", ps["Gam"])
    for i in signers:
        p, st = f"presign.{i}", seen[i]
        f.put_all(p, st, k="k", gamma="g", y="y", a="a", b="b", rho="rho", nu="nu", K="K", G="Gc",
                  Y="Y", A1="A1", A2="A2", B1="B1", B2="B2", Gamma="Gam", delta="de", Delta="De",
                  S="S")
        for j in signers:
            for name, h in (("", ""), ("hat", "^")):
                if j != i:
                    f.put_all(f"{p}.{j}", st["d"][j][h], **{
                        f"beta{name}": "be", f"s{name}": "ss", f"r{name}": "rr",
                        f"D{name}": "D", f"F{name}": "F"})
        f.put(f"{p}.kt", ps["kt"][i])
        f.put(f"{p}.chit", ps["ct"][i])
    return ps


def sign(f, cg, proto, seed, key, ps, signers):
    m = hashlib.sha256(f"{seed} message".encode()).digest()
    e, child = proto.bip32_tweak(key["Y"], key["cc"], PATH)
    sigma = {i: proto.sign_share(ps, i, e, child, PATH, m) for i in signers}
    r, s, v = proto.combine(ps, sigma, e, child, PATH, m)
    f.put("sign.m", m)
    f.put("sign.e", e)
    f.put("sign.child", child)
    f.put("sign.delta", proto.rerand(ps, child, PATH, m))
    for i in signers:
        f.put(f"sign.{i}.sigma", sigma[i])
    f.put("sign.r", r)
    f.put("sign.s", s)
    f.put("sign.v", v)


def main():
    cg = zkfile.find_model()
    import proto
    OUT.mkdir(exist_ok=True)
    for name in sys.argv[1:] or RUNS:
        profile, n, t, signers = RUNS[name]
        zkfile.use_profile(cg, profile)
        proto.LP = cg.LP
        cg.secrets = proto.secrets = Tape(name)
        f = File(cg)
        key = keygen(f, cg, proto, name, n, t)
        aux = auxinfo(f, cg, proto, name, profile, signers)
        ps = presign(f, cg, proto, name, key, aux, signers)
        sign(f, cg, proto, name, key, ps, signers)
        (OUT / f"{name}.txt").write_text("".join(f.lines), encoding="ascii")
        print(f"{name}: {len(f.lines)} values")


if __name__ == "__main__":
    main()
