#!/usr/bin/env python3
"""Make tests/vectors/frost: whole runs of FROST, computed by textbook formulas from docs/protocol.md 14
and nothing of ours. src/proto/frost_known_test.c is the reader.

usage: make_frost.py        Python's standard library only; the files come out the same every time.
"""
import hashlib
import hmac
import json
import pathlib

OUT = pathlib.Path(__file__).resolve().parent / "frost"
SID = bytes([0x51]) * 32
IDS = [1, 2, 4]
BATCH, PLACE = 2, 1
CHAIN = hashlib.sha256(b"chain code").digest()
MESSAGE = b"a message for everybody"
PROFILE = "small:640,256,288,832,32"


# ---- curves: affine points, None is O

class Secp256k1:
    name = "secp256k1-bip340"
    p = 2**256 - 2**32 - 977
    q = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141
    G = (0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798,
         0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8)

    def add(self, a, b):
        if a is None or b is None:
            return b if a is None else a
        if a[0] == b[0]:
            if a[1] != b[1]:
                return None
            slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, self.p)
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, self.p)
        x = (slope * slope - a[0] - b[0]) % self.p
        return x, (slope * (a[0] - x) - a[1]) % self.p

    def neg(self, a):
        return a[0], self.p - a[1]

    def enc(self, a):
        return bytes([2 + a[1] % 2]) + a[0].to_bytes(32, "big")

    wire = enc


class Ed25519:
    name = "ed25519"
    p = 2**255 - 19
    q = 2**252 + 27742317777372353535851937790883648493
    d = -121665 * pow(121666, -1, p) % p
    G = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
         4 * pow(5, -1, p) % p)

    def add(self, a, b):
        if a is None or b is None:
            return b if a is None else a
        k = self.d * a[0] * b[0] * a[1] * b[1] % self.p
        sum_ = ((a[0] * b[1] + b[0] * a[1]) * pow(1 + k, -1, self.p) % self.p,
                (a[1] * b[1] + a[0] * b[0]) * pow(1 - k, -1, self.p) % self.p)
        return None if sum_ == (0, 1) else sum_

    def enc(self, a):
        return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")

    def wire(self, a):
        return b"\xed" + self.enc(a)


def mul(curve, k, a):
    out, k = None, k % curve.q
    while k:
        out = curve.add(out, a) if k & 1 else out
        a, k = curve.add(a, a), k >> 1
    return out


# ---- section 2: TLV and H

def tlv(curve, x):
    if isinstance(x, int):
        kind, body = b"I", b"\0" + x.to_bytes((x.bit_length() + 7) // 8, "big")
    elif isinstance(x, tuple):
        kind, body = b"P", curve.wire(x)
    elif isinstance(x, bytes):
        kind, body = b"B", x
    elif isinstance(x, str):
        kind, body = b"S", x.encode()
    else:
        kind, body = b"L", len(x).to_bytes(4, "big") + b"".join(tlv(curve, i) for i in x)
    return kind + len(body).to_bytes(4, "big") + body


def H(curve, tag, *items):
    return hashlib.shake_256(b"HMPC-CGGMP24-v1" + tlv(curve, tag) +
                             tlv(curve, list(items))).digest(32)


def identity(i):
    """RFC 8032's public key of the test's seed."""
    a = bytearray(hashlib.sha512(bytes([i, 0x5e]) + bytes(30)).digest()[:32])
    a[0] &= 248
    a[31] = a[31] & 127 | 64
    curve = Ed25519()
    return curve.enc(mul(curve, int.from_bytes(a, "little"), curve.G))


def envelope(curve, context, batch):
    """The context of a run's envelopes, none of which carries an echo in round 1."""
    return H(curve, "run", context, PROFILE, curve.name, batch, 0,
             [[i, f"device-{i}", identity(i)] for i in range(1, len(IDS) + 1)])


def tagged(tag, data):
    t = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(t + t + data).digest()


# ---- the suites' hashes

class Sha512:
    def __init__(self, context):
        self.context = context

    def scalar(self, label, data):
        return int.from_bytes(self.digest(label, data), "little") % Ed25519.q

    def digest(self, label, data):
        return hashlib.sha512(self.context + label + data).digest()

    def enc(self, x):
        return x.to_bytes(32, "little")


class Xmd:
    def __init__(self, context):
        self.context = context

    def scalar(self, label, data):
        dst = self.context + label + bytes([len(self.context + label)])
        b0 = hashlib.sha256(bytes(64) + data + b"\0\x30\0" + dst).digest()
        b1 = hashlib.sha256(b0 + b"\1" + dst).digest()
        b2 = hashlib.sha256(bytes(x ^ y for x, y in zip(b0, b1)) + b"\2" + dst).digest()
        return int.from_bytes((b1 + b2)[:48], "big") % Secp256k1.q

    def digest(self, label, data):
        return hashlib.sha256(self.context + label + data).digest()

    def enc(self, x):
        return x.to_bytes(32, "big")


SUITES = {
    "ed25519": (1, "FROST-ED25519-SHA512-v1", Ed25519(), Sha512),
    "taproot": (3, "FROST-secp256k1-SHA256-TR-v1", Secp256k1(), Xmd),
    "bip445": (4, "FROST-secp256k1-BIP445-v1", Secp256k1(), Xmd),
}


def derive(curve, Y, path):
    key, cc, tweak = Y, CHAIN, 0
    for i in path:
        ser = curve.enc(key) + (b"\0" if curve.name == "ed25519" else b"")
        I = hmac.new(cc, ser + i.to_bytes(4, "big"), "sha512").digest()
        step = int.from_bytes(I[:32], "big")
        assert curve.name == "ed25519" or step < curve.q
        tweak, cc = (tweak + step) % curve.q, I[32:]
        key = curve.add(key, mul(curve, step, curve.G))
    return tweak, key


def even(curve, Q, s, t):
    return (Q, s, t) if Q[1] % 2 == 0 else (curve.neg(Q), -s, -t)


def bind(suite, curve, h, Q, lists):
    if suite == "bip445":
        sums = [None, None]
        for _, *pair in lists:
            sums = [curve.add(x, y) for x, y in zip(sums, pair)]
        data = b"".join((i - 1).to_bytes(4, "big") for i, _, _ in lists)
        data += b"".join(curve.enc(x) for x in sums) + curve.enc(Q)[1:] + MESSAGE
        b = int.from_bytes(tagged("BIP0445/noncecoef", data), "big") % curve.q
        return [b] * len(lists)
    enc = b"".join(h.enc(i) + curve.enc(D) + curve.enc(E) for i, D, E in lists)
    head = curve.enc(Q) + h.digest(b"msg", MESSAGE) + h.digest(b"com", enc)
    return [h.scalar(b"rho", head + h.enc(i)) for i, _, _ in lists]


def run(suite, variant, path, output, root):
    number, name, curve, hashes = SUITES[suite]
    h = hashes(name.encode())
    seed = f"{suite} {variant} "
    w = [int.from_bytes(hashlib.sha512((seed + f"w {i}").encode()).digest(), "big") % curve.q
         for i in IDS]
    W = [mul(curve, x, curve.G) for x in w]
    Y = mul(curve, sum(w), curve.G)
    sharing = H(curve, "frost-sharing", name, curve.name, Y, [[i, X] for i, X in zip(IDS, W)])
    random, lists, nonces = [], [], []
    for i, x in zip(IDS, w):
        draws = [hashlib.sha256((seed + f"draw {i} {k}").encode()).digest()
                 for k in range(2 * BATCH)]
        d, e = (h.scalar(b"nonce", r + h.enc(x)) for r in draws[2 * PLACE:2 * PLACE + 2])
        random.append(b"".join(draws).hex())
        nonces.append((d, e))
        lists.append((i, mul(curve, d, curve.G), mul(curve, e, curve.G)))
    ident = H(curve, "frost-id", SID, PLACE, sharing,
              [[k + 1, D, E] for k, (_, D, E) in enumerate(lists)])
    t, child = derive(curve, Y, path)
    Q, s = child, 1
    if output:
        Q, s, t = even(curve, Q, s, t)
        twist = int.from_bytes(tagged("TapTweak", curve.enc(Q)[1:] + root), "big")
        Q, t = curve.add(Q, mul(curve, twist, curve.G)), t + twist
    if suite != "ed25519":
        Q, s, t = even(curve, Q, s, t)
    rho = bind(suite, curve, h, Q, lists)
    R, sigma = None, 1
    for (_, D, E), r in zip(lists, rho):
        R = curve.add(R, curve.add(D, mul(curve, r, E)))
    if suite == "ed25519":
        c = int.from_bytes(hashlib.sha512(curve.enc(R) + curve.enc(Q) + MESSAGE).digest(), "little")
        front = curve.enc(R)
    else:
        R, sigma, _ = even(curve, R, 1, 0)
        front = curve.enc(R)[1:]
        c = int.from_bytes(tagged("BIP0340/challenge", front + curve.enc(Q)[1:] + MESSAGE), "big")
    z = [(sigma * (d + r * e) + c * s * x) % curve.q
         for (d, e), r, x in zip(nonces, rho, w)]
    total = (sum(z) + c * t) % curve.q
    left = mul(curve, total, curve.G)
    assert left == curve.add(R, mul(curve, c, Q)), "the signature verifies"
    digest = hashlib.shake_256(MESSAGE).digest(32)
    return {
        "suite": number, "weights": [x.to_bytes(32, "big").hex() for x in w], "random": random,
        "path": path, "output": output, "root": root.hex(), "message": MESSAGE.hex(),
        "prepare_context": envelope(curve, H(curve, "frost-prepare", sharing, BATCH, 1),
                                    BATCH).hex(),
        "id": ident.hex(),
        "sign_context": envelope(curve, H(curve, "frost-sign", ident, child, path, output,
                                          root if output == 2 else b"", digest), 1).hex(),
        "key": curve.wire(Q).hex(), "shares": [x.to_bytes(32, "big").hex() for x in z],
        "signature": (front + h.enc(total)).hex(),
    }


def main():
    OUT.mkdir(exist_ok=True)
    root = hashlib.sha256(b"a script tree").digest()
    for suite in SUITES:
        runs = []
        for variant in range(6):
            output = 0 if suite == "ed25519" else variant % 3
            runs.append(run(suite, variant, [44, 0, variant][:variant % 4], output,
                            root if output == 2 else b""))
        head = {"sid": SID.hex(), "ids": IDS, "batch": BATCH, "place": PLACE,
                "chain_code": CHAIN.hex(), "runs": runs}
        (OUT / f"{suite}.json").write_text(json.dumps(head, indent=1) + "\n", encoding="utf-8")


main()
