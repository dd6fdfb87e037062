#!/usr/bin/python3
"""Known answers for Paillier and ring-Pedersen: make_num.py > tests/vectors/num/paillier.txt

Python's own integers, textbook formulas, randomness from SHAKE256 of a label: a second opinion that
shares no code with the library. Lines (numbers hexadecimal, p and q by their place in primesBITS.txt):

    enc BITS P Q m r c          c = (1 + m N) r^N mod N^2
    mul BITS P Q k c out        out = c^k mod N^2
    add BITS P Q a b sum diff   a b and a / b mod N^2
    com BITS P Q t lambda s x y out
                                s = t^lambda, out = s^x t^y mod N
"""
import hashlib
import os

HERE = os.path.dirname(os.path.abspath(__file__))


def primes(bits):
    with open(os.path.join(HERE, f"primes{bits}.txt"), encoding="ascii") as lines:
        return [int(line, 16) for line in lines]


def draw(label, below):
    size = below.bit_length() // 8 + 16
    return int.from_bytes(hashlib.shake_256(label.encode()).digest(size), "big") % below


def say(kind, bits, i, j, *numbers):
    print(kind, bits, i, j, *(format(x, "x") for x in numbers))


def paillier(bits, i, j):
    p, q = primes(bits)[i], primes(bits)[j]
    n = p * q
    n2 = n * n
    half = n // 2
    label = f"{bits} {i} {j}"
    plain = [0, 1, -1, half, -half, draw(label + " m0", 1 << 256), -draw(label + " m1", 1 << 1300),
             draw(label + " m2", n) - half]
    c = []
    for k, m in enumerate(plain):
        r = [1, n - 1][k] if k < 2 else draw(f"{label} r{k}", n)
        c.append((1 + m * n) * pow(r, n, n2) % n2)
        say("enc", bits, i, j, m, r, c[k])
    for k in (0, 1, -1, draw(label + " k0", 1 << 256), -draw(label + " k1", 1 << 768)):
        say("mul", bits, i, j, k, c[5], pow(c[5], k, n2))
    say("add", bits, i, j, c[6], c[7], c[6] * c[7] % n2, c[6] * pow(c[7], -1, n2) % n2)


def pedersen(bits, i, j):
    p, q = primes(bits)[i], primes(bits)[j]
    n = p * q
    label = f"rp {bits} {i} {j}"
    t = draw(label + " tau", n) ** 2 % n
    lam = 1 + draw(label + " lambda", (p - 1) * (q - 1) // 4)
    s = pow(t, lam, n)
    for k in range(4):
        x = draw(f"{label} x{k}", 1 << (1 + 256 * k)) * (-1) ** k
        y = draw(f"{label} y{k}", n << 256) * (-1) ** (k // 2)
        say("com", bits, i, j, t, lam, s, x, y, pow(s, x, n) * pow(t, y, n) % n)


for size in (640, 1024, 1536):
    paillier(size, 0, 1)
    pedersen(size, 2, 3)
