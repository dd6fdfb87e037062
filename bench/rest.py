"""A client of the REST API, fast enough to measure it: connections that stay, tokens made ahead.
libcrypto does the RSA; the rest is the standard library."""
import base64
import ctypes
import hashlib
import json
import os
import re
import socket
import ssl
import time

CRYPTO = ctypes.CDLL("libcrypto.so.3")
for name, args, result in (
        ("BIO_new_mem_buf", (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p),
        ("PEM_read_bio_PrivateKey", (ctypes.c_void_p,) * 4, ctypes.c_void_p),
        ("BIO_free", (ctypes.c_void_p,), ctypes.c_int),
        ("EVP_sha256", (), ctypes.c_void_p),
        ("EVP_MD_CTX_new", (), ctypes.c_void_p),
        ("EVP_MD_CTX_free", (ctypes.c_void_p,), None),
        ("EVP_DigestSignInit", (ctypes.c_void_p,) * 5, ctypes.c_int),
        ("EVP_DigestSign", (ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t),
                            ctypes.c_char_p, ctypes.c_size_t), ctypes.c_int)):
    function = getattr(CRYPTO, name)
    function.argtypes, function.restype = args, result


def text64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class Key:
    def __init__(self, path):
        with open(path, "rb") as f:
            pem = f.read()
        bio = CRYPTO.BIO_new_mem_buf(pem, len(pem))
        self.key = CRYPTO.PEM_read_bio_PrivateKey(bio, None, None, None)
        CRYPTO.BIO_free(bio)
        if not self.key:
            raise RuntimeError(f"{path}: no private key")

    def sign(self, data):
        """RSA, PKCS#1 1.5, SHA-256."""
        context = CRYPTO.EVP_MD_CTX_new()
        out, size = ctypes.create_string_buffer(2048), ctypes.c_size_t(2048)
        good = CRYPTO.EVP_DigestSignInit(context, None, CRYPTO.EVP_sha256(), None, self.key) == 1
        good = good and CRYPTO.EVP_DigestSign(context, out, ctypes.byref(size), data, len(data)) == 1
        CRYPTO.EVP_MD_CTX_free(context)
        if not good:
            raise RuntimeError("the API user's key does not sign")
        return out.raw[:size.value]


class Request:
    """One request with its token, which the server takes once, within a minute."""

    def __init__(self, user, method, target, body=None):
        now = int(time.time())
        self.method, self.target = method, target
        self.body = json.dumps(body).encode() if body is not None else b""
        claims = {"uri": target, "nonce": os.urandom(16).hex(), "iat": now, "exp": now + 55,
                  "sub": user.id, "bodyHash": hashlib.sha256(self.body).hexdigest()}
        text = text64(b'{"alg":"RS256","typ":"JWT"}') + b"." + text64(json.dumps(claims).encode())
        token = text + b"." + text64(user.key.sign(text))
        lines = [f"{method} {target} HTTP/1.1", f"Host: {user.server[0]}:{user.server[1]}",
                 f"X-API-Key: {user.id}", "Authorization: Bearer " + token.decode()]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        self.bytes = "\r\n".join(lines + ["", ""]).encode() + self.body


class User:
    def __init__(self, d):
        with open(d.path("api-user", "id"), encoding="utf-8") as f:
            self.id = f.read().strip()
        self.key = Key(d.path("api-user", "key.pem"))
        self.server = d.about["rest"].rsplit(":", 1)
        self.context = ssl.create_default_context(cafile=d.path("ca.crt"))

    def connect(self):
        return Connection(self)


class Connection:
    def __init__(self, user):
        self.user = user
        plain = socket.create_connection((user.server[0], int(user.server[1])), timeout=120)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line = user.context.wrap_socket(plain, server_hostname=user.server[0])

    def reply(self):
        """Status and body of the next answer: one with Content-Length, which is all that ours
        gives."""
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.more()
        head, _, body = got.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        if not length:
            raise RuntimeError(f"an answer without its length: {head[:300]}")
        while len(body) < int(length[1]):
            body += self.more()
        return int(head.split(b" ", 2)[1]), body

    def more(self):
        got = self.line.recv(65536)
        if not got:
            raise RuntimeError("the server hangs up")
        return got

    def send(self, request):
        self.line.sendall(request.bytes)
        status, text = self.reply()
        if status != 200:
            raise RuntimeError(f"{request.method} {request.target}: {status} {text[:300]}")
        return json.loads(text)

    def ask(self, method, target, body=None):
        return self.send(Request(self.user, method, target, body))

    def close(self):
        self.line.close()
