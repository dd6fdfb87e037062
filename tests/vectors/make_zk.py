#!/usr/bin/python3
"""Make tests/vectors/zk: proofs by the executable model, honest ones (model-PROFILE-PROOF.txt) and
cheating ones (attack-NAME.txt, named after the catalogue of protocol.md 11), and proofs by our own
code (c-PROFILE-PROOF.txt) that the model has accepted.

usage: make_zk.py [PROGRAM]   PROGRAM: build/dev/tests/zk/zk_make_proofs, for the c- files

Needs python3-gmpy2 and the model (see tests/zk/zkfile.py). Seeded: the model's files come out the
same every time.
"""
import hashlib
import pathlib
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/zk"))
import zkfile  # noqa: E402

OUT = TOP / "tests/vectors/zk"
# as long as the model's, which are kept: verified by the model, and not stored
LARGE = ("c-p128-dec.txt", "c-p128-aff-gstar.txt")
CTX = [[b"sid of the vectors", "secp256k1", 3, 3, [1, 2, 3]], -5, 1]


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


class Setting:
    """A prover with N, a verifier with N0 and (Nhat, s, t), in one profile."""
    def __init__(self, profile):
        self.profile = profile
        zkfile.use_profile(cg, profile)
        cg.secrets = Tape(profile)
        bits = zkfile.PROFILES[profile][0]
        lines = (TOP / f"tests/vectors/primes{bits}.txt").read_text(encoding="ascii").split()
        p = [cg.mpz(int(x, 16)) for x in lines[:6]]
        self.sk, self.sk0 = cg.SK(p[0], p[1]), cg.SK(p[2], p[3])
        self.set_rp(p[4], p[5])

    def set_rp(self, p, q):
        self.Nhat, self.phi = p * q, (p - 1) * (q - 1)
        t = cg.powmod(cg.rnd_unit(self.Nhat), 2, self.Nhat)
        self.lam = 1 + cg.mpz(cg.secrets.randbelow(int(self.phi // 4)))
        self.rp = cg.RP(self.Nhat, cg.powmod(t, self.lam, self.Nhat), t)

    def write(self, name, proof, statement, fields, expect="OK"):
        path = OUT / f"{name}.txt"
        zkfile.write(cg, path, proof, self.profile, expect, statement, fields)
        accepted = zkfile.verify(cg, path)
        if accepted != (expect == "OK"):
            sys.exit(f"{name}: the model says {accepted}, expected {expect}")
        print(f"{name}: {expect}")

    def honest(self, proof, statement, fields):
        self.write(f"model-{self.profile}-{proof}", proof, statement, fields)


def flat(pf):
    return [*pf[0], *pf[1]]


# ---- honest proofs


def curve_proofs(s):
    x, (a, A) = cg.rq(), cg.sch_com()
    s.honest("sch", [CTX, x * cg.G, A], [cg.sch_prove(CTX, x * cg.G, x, a, A)])
    X, h, y, lam = cg.rq() * cg.G, cg.rq() * cg.G, cg.rq(), cg.rq()
    st = [lam * cg.G, y * cg.G + lam * X, X, y * h, h]
    s.honest("elog", [CTX, *st], flat(cg.elog_prove(CTX, *st, y, lam)))


def encelg(s, x, pk=None):
    """Statement and proof for a plaintext x of any size."""
    pk = pk or s.sk
    rho, a, b = cg.rnd_unit(pk.N), cg.rq(), cg.rq()
    C, A, B = pk.enc(x, rho), a * cg.G, b * cg.G
    X = b * A + x % cg.q * cg.G
    pf = cg.encelg_prove(CTX, s.rp, pk, C, A, B, X, x, rho, b)
    return [CTX, *s.rp.tup(), pk.N, C, A, B, X], flat(pf)


def affg(s, x, y):
    rho, rhoy = cg.rnd_unit(s.sk0.N), cg.rnd_unit(s.sk.N)
    C = s.sk0.enc(cg.sg(cg.rq()), cg.rnd_unit(s.sk0.N))
    D = s.sk0.add(s.sk0.mul(x, C), s.sk0.enc(y, rho))
    Y, X = s.sk.enc(y, rhoy), x % cg.q * cg.G
    pf = cg.affg_prove(CTX, s.rp, s.sk0, s.sk, C, D, Y, X, x, y, rho, rhoy)
    return [CTX, *s.rp.tup(), s.sk0.N, s.sk.N, C, D, Y, X], flat(pf)


def rows(pf):
    """Rows of commitments and rows of responses as one list for each field."""
    com, responses = pf
    return [list(x) for x in (*zip(*com), *zip(*responses))]


def dec(s, wrap=0):
    """Statement and proof that a share is the decryption, or that plus wrap times N."""
    x, base = cg.sg(cg.rq()), cg.rq() * cg.G
    K = s.sk.enc(cg.sg(cg.rq()), cg.rnd_unit(s.sk.N))
    D = s.sk.enc(cg.rnd_bits_pm(cg.LP), cg.rnd_unit(s.sk.N))
    full = s.sk.add(s.sk.mul(x, K), D)
    y = s.sk.dec(full)
    rho = s.sk.root(full * (1 - y * s.sk.N) % s.sk.N2)
    y += wrap * s.sk.N
    X, S = x % cg.q * cg.G, y % cg.q * base
    return [CTX, s.sk.N, K, X, D, S, base, 3], rows(
        cg.dec_prove(CTX, s.sk, K, X, D, S, base, x, y, rho, 3))


def affgstar(s, x, y):
    rho, rhoy = cg.rnd_unit(s.sk0.N), cg.rnd_unit(s.sk.N)
    C = s.sk0.enc(cg.sg(cg.rq()), cg.rnd_unit(s.sk0.N))
    D = s.sk0.add(s.sk0.mul(x, C), s.sk0.enc(y, rho))
    Y, X = s.sk.enc(y, rhoy), x % cg.q * cg.G
    return [CTX, s.sk0.N, s.sk.N, C, D, Y, X], rows(
        cg.affgs_prove(CTX, s.sk0, s.sk, C, D, Y, X, x, y, rho, rhoy))


def mod_fields(pf):
    w, points = pf
    return [w, *([p[i] for p in points] for i in range(4))]


def honest(s):
    curve_proofs(s)
    s.honest("enc-elg", *encelg(s, cg.sg(cg.rq())))
    s.honest("aff-g", *affg(s, cg.sg(cg.rq()), cg.rnd_bits_pm(cg.LP)))
    pf = cg.prm_prove(CTX, s.Nhat, s.rp.s, s.rp.t, s.phi, s.lam)
    s.honest("prm", [CTX, *s.rp.tup()], pf)
    s.honest("mod", [CTX, s.sk.N], mod_fields(cg.mod_prove(CTX, s.sk.N, s.sk.p, s.sk.q)))
    pf = cg.fac_prove(CTX, s.rp, s.sk.N, s.sk.p, s.sk.q)
    s.honest("fac", [CTX, *s.rp.tup(), s.sk.N], flat(pf))
    s.honest("dec", *dec(s))
    s.honest("aff-gstar", *affgstar(s, cg.sg(cg.rq()), cg.rnd_bits_pm(cg.LP)))


# ---- attacks


def prime(bits, good):
    while 1:
        p = cg.mpz(cg.secrets.randbits(bits)) | 1 | 3 << (bits - 2)
        if good(p) and cg.is_prime(p):
            return p


def smooth_modulus():
    """A1: N = P * (7 small primes) of the right length, with gcd(N, phi) = 1."""
    while 1:
        P = prime(2 * cg.Par.pb - 147, lambda p: p % 8 == 7)
        small = {prime(21, lambda p: True) for _ in range(7)}
        Q = cg.mpz(1)
        phi = P - 1
        for v in small:
            Q, phi = Q * v, phi * (v - 1)
        if (P * Q).bit_length() == 2 * cg.Par.pb and len(small) == 7 and cg.gcd(P * Q, phi) == 1:
            return P, Q, phi


def a1_a2(s):
    P, Q, phi = smooth_modulus()
    N = P * Q
    w, inv, points = Q * cg.invert(Q, P) % N, cg.invert(N, phi), []
    for y in cg.mod_chal(CTX, N, w):
        a = 0 if cg.jacobi(y, P) == 1 else 1
        x = y * (-1 if a else 1) % P
        for _ in range(2):
            x = cg.powmod(x, (P + 1) // 4, P)
        points.append((x * w % N, a, 1, cg.powmod(y, inv, N)))
    if not cg.mod_verify(CTX, N, (w, points), check_w=False):
        sys.exit("A1 is no attack: a verifier that does not look at w refuses it, too")
    s.write("attack-a1-mod", "mod", [CTX, N], mod_fields((w, points)), "MOD_W_UNIT")
    for name, p, q, check in (("p", P, Q, "FAC_Z1_RANGE"), ("q", Q, P, "FAC_Z2_RANGE")):
        pf = cg.fac_prove(CTX, s.rp, N, p, q)
        s.write(f"attack-a2-fac-{name}", "fac", [CTX, *s.rp.tup(), N], flat(pf), check)


def a3(s):
    """Proofs that are good elsewhere: another prover's, another session's."""
    for name, other in (("prover", [CTX[0], -4, 1]), ("session", [[b"x", *CTX[0][1:]], -5, 1])):
        pf = cg.fac_prove(other, s.rp, s.sk.N, s.sk.p, s.sk.q)
        st = [CTX, *s.rp.tup(), s.sk.N]
        s.write(f"attack-a3-fac-{name}", "fac", st, flat(pf), "FAC_EQ_P")


def a4(s):
    """s outside the group of t: anywhere; -t^lambda; t^lambda times an element of order 3."""
    def attempt(name, bad):
        pf = cg.prm_prove(CTX, s.Nhat, bad, s.rp.t, s.phi, s.lam)
        s.write(f"attack-{name}", "prm", [CTX, s.Nhat, bad, s.rp.t], pf, "PRM_EQUATION")
    attempt("a4-prm-outside", cg.rnd_unit(s.Nhat))
    attempt("a4c-prm-negated", s.Nhat - s.rp.s)
    p = prime(cg.Par.pb, lambda p: p % 3 == 1 and p % 4 == 3)
    s.set_rp(p, prime(cg.Par.pb, lambda p: p % 3 == 2 and p % 4 == 3))
    order3 = 1
    while order3 == 1:
        order3 = cg.powmod(cg.rnd_unit(s.Nhat), s.phi // 3, s.Nhat)
    attempt("row10-prm-order-3", s.rp.s * order3 % s.Nhat)


def ranges(s):
    """A7 and row 11: secrets that are too large, and sizes that only a colluding owner can use."""
    s.write("attack-a7-encelg", "enc-elg", *encelg(s, s.sk.N // 3), "ENCELG_Z1_RANGE")
    s.write("attack-row11-affg-x", "aff-g", *affg(s, cg.mpz(1) << 700, cg.rnd_bits_pm(cg.LP)),
            "AFFG_Z1_RANGE")
    s.write("attack-row11-affg-y", "aff-g",
            *affg(s, cg.sg(cg.rq()), cg.mpz(1) << cg.LP + cg.E + 8), "AFFG_Z2_RANGE")
    more = s.phi << (cg.L + cg.E + 4)
    for proof, maker, places in (
            ("enc-elg", lambda: encelg(s, cg.sg(cg.rq())), {"z3": "ENCELG_Z3_SIZE"}),
            ("aff-g", lambda: affg(s, cg.sg(cg.rq()), cg.rnd_bits_pm(cg.LP)),
             {"z3": "AFFG_Z3_SIZE", "z4": "AFFG_Z4_SIZE"})):
        for place, check in places.items():
            st, fields = maker()
            fields[zkfile.PROOFS[proof][1].split().index(place)] += more
            s.write(f"attack-row38-{proof}-{place}", proof, st, fields, check)


def counts_and_encodings(s):
    """A13: fewer than m. A14: z2 + N."""
    pf = cg.prm_prove(CTX, s.Nhat, s.rp.s, s.rp.t, s.phi, s.lam)
    mod = mod_fields(cg.mod_prove(CTX, s.sk.N, s.sk.p, s.sk.q))
    for name, n in (("short", cg.M - 1), ("empty", 0)):
        s.write(f"attack-a13-prm-{name}", "prm", [CTX, *s.rp.tup()], [v[:n] for v in pf],
                "PRM_COUNT")
        s.write(f"attack-a13-mod-{name}", "mod", [CTX, s.sk.N],
                [mod[0], *(v[:n] for v in mod[1:])], "MOD_COUNT")
    st, fields = encelg(s, cg.sg(cg.rq()))
    fields[7] += s.sk.N
    s.write("attack-a14-encelg-z2", "enc-elg", st, fields, "ENCELG_Z2")


def alerts(s):
    """A11: a share of y + N. Row 11 in the alert's proof: secrets that are too large."""
    s.write("attack-a11-dec-wrap", "dec", *dec(s, 1), "DEC_W_RANGE")
    s.write("attack-row11-affgstar-x", "aff-gstar",
            *affgstar(s, cg.mpz(1) << 700, cg.rnd_bits_pm(cg.LP)), "AFFGSTAR_Z1_RANGE")
    s.write("attack-row11-affgstar-y", "aff-gstar",
            *affgstar(s, cg.sg(cg.rq()), cg.mpz(1) << cg.LP + cg.E + 8), "AFFGSTAR_Z2_RANGE")


def by_our_code(program):
    with tempfile.TemporaryDirectory() as place:
        for profile in zkfile.PROFILES:
            zkfile.run_ours(program, profile, "7", place)
        for path in sorted(pathlib.Path(place).iterdir()):
            if not zkfile.verify(cg, path):
                sys.exit(f"{path.name}: the model refuses it")
            if path.name in LARGE:
                continue
            (OUT / path.name).write_bytes(path.read_bytes())
            print(f"{path.name}: the model accepts it")


def main():
    OUT.mkdir(exist_ok=True)
    for profile in zkfile.PROFILES:
        honest(Setting(profile))
    for attack in (a1_a2, a3, a4, ranges, counts_and_encodings, alerts):
        attack(Setting("small"))
    if len(sys.argv) > 1:
        by_our_code(sys.argv[1])


if __name__ == "__main__":
    try:
        cg = zkfile.find_model()
    except zkfile.Missing as e:
        sys.exit(f"make_zk.py: {e}")
    main()
