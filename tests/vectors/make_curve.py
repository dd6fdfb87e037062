#!/usr/bin/python3
"""Known answers for the groups: make_curve.py > tests/vectors/curve/groups.txt

Affine textbook formulas over Python's integers: a second opinion that shares no code with the
library; for P-256 OpenSSL is asked, too (needs python3-cryptography). Everything drawn is SHAKE256
of a label. Points are in our 33-byte form, numbers 32 bytes:

    mul CURVE k K               K = k G
    mulp CURVE k P K            K = k P
    mul2 CURVE a b P K          K = a G + b P
    derive CURVE Y cc i j tweak child child_cc
                                two steps of non-hardened derivation
    ecdsa CURVE Y digest r s    a signature of the digest under Y
    bad CURVE P                 33 bytes that are no point of the group
"""
import hashlib
import hmac


def draw(label, below):
    return int.from_bytes(hashlib.shake_256(label.encode()).digest(64), "big") % below


class Weierstrass:
    """y^2 = x^3 + a x + b"""
    def __init__(self, name, p, a, b, q, gx, gy):
        self.name, self.p, self.a, self.b, self.q, self.g = name, p, a, b, q, (gx, gy)
        assert self.on_curve(self.g) and self.mul(q - 1, self.g) == (gx, p - gy)

    def on_curve(self, pt):
        return (pt[1] ** 2 - pt[0] ** 3 - self.a * pt[0] - self.b) % self.p == 0

    def add(self, s, t):
        if s is None or t is None:
            return t if s is None else s
        if s[0] == t[0] and (s[1] + t[1]) % self.p == 0:
            return None
        if s == t:
            slope = (3 * s[0] * s[0] + self.a) * pow(2 * s[1], -1, self.p)
        else:
            slope = (t[1] - s[1]) * pow(t[0] - s[0], -1, self.p)
        x = (slope * slope - s[0] - t[0]) % self.p
        return x, (slope * (s[0] - x) - s[1]) % self.p

    def mul(self, k, pt):
        acc = None
        for bit in bin(k)[2:]:
            acc = self.add(acc, acc)
            if bit == "1":
                acc = self.add(acc, pt)
        return acc

    def enc(self, pt):
        if pt is None:
            return bytes(33)
        return bytes([2 + pt[1] % 2]) + pt[0].to_bytes(32, "big")

    def serial(self, pt):
        return self.enc(pt)

    def bad(self):
        x = next(x for x in range(1, 100) if not self.square(x))
        good = next(x for x in range(1, 100) if self.square(x))
        return [bytes([2]) + v.to_bytes(32, "big") for v in (x, self.p, self.p + good, 2**256 - 1)] + [
            bytes([tag]) + self.enc(self.g)[1:] for tag in (0, 1, 4, 5, 6, 7, 0x82, 0xed)] + [
            bytes(32) + b"\1", b"\1" + bytes(32)]

    def square(self, x):
        return pow(x ** 3 + self.a * x + self.b, (self.p - 1) // 2, self.p) == 1


class Edwards:
    """-x^2 + y^2 = 1 + d x^2 y^2 modulo 2^255 - 19"""
    def __init__(self):
        self.name, self.p = "ed25519", 2**255 - 19
        self.d = -121665 * pow(121666, -1, self.p) % self.p
        self.q = 2**252 + 27742317777372353535851937790883648493
        y = 4 * pow(5, -1, self.p) % self.p
        self.g = self.recover(y, 0)
        assert self.mul(self.q, self.g) == (0, 1)

    def recover(self, y, sign):
        x2 = (y * y - 1) * pow(self.d * y * y + 1, -1, self.p) % self.p
        x = pow(x2, (self.p + 3) // 8, self.p)
        if (x * x - x2) % self.p:
            x = x * pow(2, (self.p - 1) // 4, self.p) % self.p
        if (x * x - x2) % self.p:
            return None
        return (x if x % 2 == sign else (self.p - x) % self.p), y

    def add(self, s, t):
        m = self.d * s[0] * t[0] * s[1] * t[1]
        return ((s[0] * t[1] + s[1] * t[0]) * pow(1 + m, -1, self.p) % self.p,
                (s[1] * t[1] + s[0] * t[0]) * pow(1 - m, -1, self.p) % self.p)

    def mul(self, k, pt):
        acc = (0, 1)
        for bit in bin(k)[2:]:
            acc = self.add(acc, acc)
            if bit == "1":
                acc = self.add(acc, pt)
        return acc

    def raw(self, pt):
        return (pt[1] | (pt[0] & 1) << 255).to_bytes(32, "little")

    def enc(self, pt):
        return bytes(33) if pt == (0, 1) else b"\xed" + self.raw(pt)

    def serial(self, pt):
        return self.raw(pt) + b"\0"

    def torsion(self):
        """The eight points of order dividing 8, from a point of order 8 L."""
        y = 2
        while True:
            pt = self.recover(y, 0)
            y += 1
            if pt is None:
                continue
            t = self.mul(self.q, pt)
            if self.mul(4, t) != (0, 1):
                return [self.mul(i, t) for i in range(8)]

    def bad(self):
        eight = self.torsion()
        assert len(set(eight)) == 8
        some = self.mul(draw("bad", self.q), self.g)
        found = [b"\xed" + self.raw(t) for t in eight]
        found += [b"\xed" + self.raw(self.add(s, t)) for t in eight[1:] for s in (self.g, some)]
        # y between p and 2^255 - 1, every one, with both signs; x = 0 with the sign of minus
        found += [b"\xed" + (y | s << 255).to_bytes(32, "little")
                  for y in range(self.p, 2**255) for s in (0, 1)]
        found += [b"\xed" + (y | 1 << 255).to_bytes(32, "little") for y in (1, self.p - 1)]
        y = next(y for y in range(2, 100) if self.recover(y, 0) is None)
        found += [b"\xed" + y.to_bytes(32, "little"), bytes(32) + b"\1", b"\0\1" + bytes(31)]
        return found + [bytes([tag]) + self.raw(self.g) for tag in (0, 1, 2, 3, 4, 0xec, 0x6d)]


def say(*what):
    print(*(w if isinstance(w, str) else w.hex() if isinstance(w, bytes) else
            f"{w:064x}" for w in what))


def scalars(c):
    edge = [0, 1, 2, 3, 15, 16, 17, c.q - 1, c.q - 2, c.q // 2, c.q // 2 + 1]
    edge += [1 << i for i in (31, 32, 63, 64, 127, 128, 191, 192, 250, 251)]
    edge += [int("5" * 64, 16) % c.q, int("a" * 64, 16) % c.q, (1 << 251) - 1]
    return edge + [draw(f"{c.name} k{i}", c.q) for i in range(24)]


def derive(c, label):
    y = c.mul(draw(label, c.q), c.g)
    cc = hashlib.sha256(label.encode()).digest()
    key, chain, tweak, path = y, cc, 0, (draw(label + "i", 1 << 31), draw(label + "j", 5))
    for i in path:
        out = hmac.new(chain, c.serial(key) + i.to_bytes(4, "big"), hashlib.sha512).digest()
        step = int.from_bytes(out[:32], "big") % c.q
        key, chain, tweak = c.add(key, c.mul(step, c.g)), out[32:], (tweak + step) % c.q
    say("derive", c.name, c.enc(y), cc, *(f"{i:x}" for i in path), tweak, c.enc(key), chain)


def groups(c):
    for k in scalars(c):
        say("mul", c.name, k, c.enc(c.mul(k, c.g)))
    for i, k in enumerate(scalars(c)):
        base = c.mul(draw(f"{c.name} P{i}", c.q), c.g)
        other = draw(f"{c.name} a{i}", c.q)
        say("mulp", c.name, k, c.enc(base), c.enc(c.mul(k, base)))
        say("mul2", c.name, other, k, c.enc(base), c.enc(c.add(c.mul(other, c.g), c.mul(k, base))))
    for i in range(8):
        derive(c, f"{c.name} derive{i}")
    for b in c.bad():
        say("bad", c.name, b)


def ecdsa(c, n):
    """Signatures of digests that are below 2^251 on every curve."""
    for i in range(n):
        x, k = (draw(f"{c.name} ecdsa {w}{i}", c.q - 1) + 1 for w in "xk")
        z = draw(f"{c.name} ecdsa z{i}", 1 << (251 if c.q < 1 << 255 else 256))
        r = c.mul(k, c.g)[0] % c.q
        s = pow(k, -1, c.q) * (z + r * x) % c.q
        say("ecdsa", c.name, c.enc(c.mul(x, c.g)), z, r, s)


P256 = Weierstrass(
    "p256", 2**256 - 2**224 + 2**192 + 2**96 - 1, -3,
    0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
    0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
    0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
    0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
STARK = Weierstrass(
    "stark", 2**251 + 17 * 2**192 + 1, 1,
    0x06f21413efbe40de150e596d72f7a8c5609ad26c15c915c1f4cdfcb99cee9e89,
    0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2f,
    0x1ef15c18599971b7beced415a40f0c7deacfd9b0d1819e03d723d8bc943cfca,
    0x5668060aa49730b7be4801df46ec62de53ecd11abe43a32873000c36e8dc1f)


def openssl_agrees():
    """P-256's multiples and signatures by OpenSSL (python3-cryptography), a third opinion."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    for k in scalars(P256)[1:]:
        n = ec.derive_private_key(k, ec.SECP256R1()).public_key().public_numbers()
        assert (n.x, n.y) == P256.mul(k, P256.g)
    for i in range(8):
        x, k = (draw(f"openssl {w}{i}", P256.q - 1) + 1 for w in "xk")
        z = hashlib.sha256(bytes([i])).digest()
        r = P256.mul(k, P256.g)[0] % P256.q
        s = pow(k, -1, P256.q) * (int.from_bytes(z, "big") + r * x) % P256.q
        key = ec.derive_private_key(x, ec.SECP256R1()).public_key()
        key.verify(utils.encode_dss_signature(r, s), z,
                   ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def main():
    openssl_agrees()
    groups(Edwards())
    for c in P256, STARK:
        groups(c)
        ecdsa(c, 24)


if __name__ == "__main__":
    main()
