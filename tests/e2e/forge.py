"""Certificates for tests, two ways: by the real RA server, as a device and an admin would; and by the
CA key itself, as a thief of it could. openssl does the cryptography; standard library only."""
import base64
import hashlib
import http.client
import json
import os
import ssl
import subprocess
import time

OID = "1.3.6.1.3.51971"
P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
ED25519 = bytes.fromhex("302e020100300506032b657004220420")  # PKCS#8 head of a seed
ED25519_PUBLIC = bytes.fromhex("302a300506032b6570032100")   # SubjectPublicKeyInfo head


def openssl(*args, data=b""):
    done = subprocess.run(["openssl", *args], input=data, capture_output=True, timeout=30,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {args[0]}: {done.stderr.decode()[-500:]}")
    return done.stdout


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return path


def lv(data):
    return len(data).to_bytes(4, "big") + data


class Signer:
    """An Ed25519 key, from its seed."""

    def __init__(self, folder, name, seed):
        self.file = write(os.path.join(folder, name + ".ed25519"), ED25519 + seed)
        self.message = os.path.join(folder, name + ".message")
        self.public = openssl("pkey", "-inform", "DER", "-in", self.file, "-pubout", "-outform",
                              "DER")[-32:]

    def sign(self, domain, message):
        """Over domain || 0 || message, as everything in the house."""
        write(self.message, domain.encode() + b"\0" + message)
        return openssl("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", self.file, "-in",
                       self.message)


def holds(folder, public, domain, message, signature):
    """Is this the Ed25519 signature of the holder of that key?"""
    key = write(os.path.join(folder, "holds.public"), ED25519_PUBLIC + public)
    text = write(os.path.join(folder, "holds.message"), domain.encode() + b"\0" + message)
    sig = write(os.path.join(folder, "holds.signature"), signature)
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER",
                           "-inkey", key, "-in", text, "-sigfile", sig], capture_output=True,
                          timeout=30, check=False)
    return done.returncode == 0


class Held:
    """A certificate and its key, in files."""

    def __init__(self, key, crt):
        self.key, self.crt = key, crt
        self.serial = openssl("x509", "-in", crt, "-noout", "-serial").decode().split("=")[1] \
            .strip().lower().zfill(32)  # one in 128 begins with a zero, which openssl leaves out

    def context(self, ca, server=False):
        """For a connection in which nobody is called by a host name."""
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        c.check_hostname = False
        c.minimum_version = ssl.TLSVersion.TLSv1_3
        c.load_cert_chain(self.crt, self.key)
        c.load_verify_locations(ca)
        c.verify_mode = ssl.CERT_REQUIRED
        return c


def call(d, method, path, body=None, headers=None, held=None):
    """Ask the RA server; (status, answer)."""
    host, port = d.about["ra"].rsplit(":", 1)
    if held:
        context = held.context(d.path("ca.crt"))
    else:
        context = ssl.create_default_context(cafile=d.path("ca.crt"))
    c = http.client.HTTPSConnection(host, int(port), context=context, timeout=20)
    try:
        data = b"" if body is None else json.dumps(body).encode() \
            if isinstance(body, dict) else body
        c.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
        r = c.getresponse()
        return r.status, json.loads(r.read() or b"null")
    finally:
        c.close()


class Office:
    """A deployment's admin, who signs what he asks; and its CA key, for whoever got hold of it."""

    def __init__(self, d):
        self.d = d
        self.dir = d.path("office")
        os.mkdir(self.dir, 0o700)
        with open(d.path("admin", "admin.key"), encoding="utf-8") as f:
            self.admin = Signer(self.dir, "admin", bytes.fromhex(f.read().strip()))
        self.count = 0
        self.signers = {}

    def signer(self, device):
        """The identity key of a device that admit() made."""
        return self.signers[device]

    def file(self, name):
        return os.path.join(self.dir, name)

    # ---- the RA server, in good order

    def ask(self, method, path, body=None):
        data = b"" if body is None else body if isinstance(body, bytes) else \
            json.dumps(body).encode()
        now, nonce = int(time.time()), os.urandom(16)
        text = b"".join(lv(s.encode()) for s in (self.d.about["workspace"], method, path))
        text += hashlib.sha256(data).digest() + nonce + now.to_bytes(8, "big")
        status, answer = call(self.d, method, path, data, {
            "X-Trefoil-Admin-Key": self.admin.public.hex(), "X-Trefoil-Admin-Time": str(now),
            "X-Trefoil-Admin-Nonce": nonce.hex(),
            "X-Trefoil-Admin-Signature": self.admin.sign("trefoil/admin-request/v1", text).hex()})
        if status != 200:
            raise RuntimeError(f"{path}: {status} {answer}")
        return answer

    def workspace(self):
        return json.loads(base64.b64decode(self.d.json("workspace.json")["payload"]))

    def publish(self, change):
        """The workspace file's next version, with the change made to it."""
        w = self.workspace()
        w["version"] += 1
        change(w)
        payload = json.dumps(w, separators=(",", ":")).encode()
        file = {"format": "trefoil-workspace-v1", "payload": base64.b64encode(payload).decode(),
                "signatures": [{"key": self.admin.public.hex(), "signature": self.admin.sign(
                    "trefoil/workspace/v1", payload).hex()}]}
        write(self.d.path("workspace.json"), json.dumps(file, separators=(",", ":")).encode())
        with open(self.d.path("workspace.json"), "rb") as f:
            self.ask("POST", "/v1/admin/workspace", f.read())

    def roster(self):
        return {e["device"]: e for e in self.workspace()["roster"]}

    def admit(self, device, role, place):
        """A new device: into the roster with its key, ticket, request, certificate."""
        identity = self.signers[device] = Signer(self.dir, device, os.urandom(32))
        self.publish(lambda w: w["roster"].append({
            "device": device, "role": role, "set": place, "owner": "operator",
            "identity": identity.public.hex(), "instance": 0}))
        ticket = self.ask("POST", "/v1/admin/tickets", {
            "device": device, "role": role, "set": place, "names": [], "seconds": 600})["ticket"]
        _, answer = call(self.d, "POST", "/v1/enrol/nonce", {"ticket": ticket})
        nonce = bytes.fromhex(answer["nonce"])
        key, csr = self.request(device, role, place, identity.public)
        status, answer = call(self.d, "POST", "/v1/enrol", {
            "ticket": ticket, "nonce": nonce.hex(), "csr": base64.b64encode(csr).decode(),
            "identitySignature": identity.sign("trefoil/identity-csr/v1", nonce + csr).hex(),
            "evidence": {"kind": "none"}})
        if status != 200:
            raise RuntimeError(f"enrolling {device}: {status} {answer}")
        return Held(key, write(self.file(device + ".crt"), answer["certificate"].encode()))

    def request(self, device, role, place, identity):
        name = self.d.about["workspace"]
        self.count += 1
        base = self.file(f"request-{self.count}")
        config = write(base + ".cnf", (
            "[req]\ndistinguished_name=n\nreq_extensions=e\nprompt=no\nstring_mask=utf8only\n"
            f"[n]\nO={name}\nCN={device}\n"
            f"[e]\nsubjectAltName=URI:trefoil://{name}/{role}/{place}/{device}\n"
            f"{OID}.2=ASN1:SEQUENCE:i\n"
            "[i]\nv=INTEGER:1\n"
            f"e=FORMAT:HEX,OCTETSTRING:{identity.hex()}\n"
            f"x=FORMAT:HEX,OCTETSTRING:{os.urandom(32).hex()}\n").encode())
        return base + ".key", openssl("req", "-new", *P256, "-keyout", base + ".key", "-config",
                                      config, "-outform", "DER")

    # ---- the CA key, in bad hands

    def trust_root(self):
        """As every certificate of the workspace carries it."""
        root = openssl("x509", "-in", self.d.path("ca.crt"), "-outform", "DER")
        w = self.workspace()
        text = b"trefoil/trust-root/v1\0" + lv(self.d.about["workspace"].encode()) + lv(root)
        text += w["admins"]["threshold"].to_bytes(4, "big")
        text += len(w["admins"]["keys"]).to_bytes(4, "big")
        text += b"".join(sorted(bytes.fromhex(k) for k in w["admins"]["keys"]))
        return hashlib.sha256(text).digest()

    def forge(self, device, role, place, *, workspace=None, identity=None, age=0):
        """A certificate that the RA server never issued. age: seconds since its last."""
        name = workspace or self.d.about["workspace"]
        identity = identity or self.roster()[device]["identity"]
        self.count += 1
        base = self.file(f"forged-{self.count}")
        end = int(time.time()) - age if age else int(time.time()) + 3600
        stamp = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(t)) for t in (end - 80000, end)]
        write(base + ".serial", (b"%032X" % (int.from_bytes(os.urandom(15), "big") | 1 << 120)))
        write(base + ".index", b"")
        write(base + ".cnf", self.terms(base, name, f"{name}/{role}/{place}/{device}",
                                        identity).encode())
        openssl("req", "-new", *P256, "-keyout", base + ".key", "-out", base + ".csr", "-utf8",
                "-subj", f"/O={name}/CN={device}")
        openssl("ca", "-batch", "-config", base + ".cnf", "-in", base + ".csr", "-out",
                base + ".crt", "-startdate", stamp[0], "-enddate", stamp[1], "-passin",
                "file:" + self.d.path("ra", "ca.pass"))
        return Held(base + ".key", base + ".crt")

    def terms(self, base, name, place, identity):
        return (
            f"[ca]\ndefault_ca=c\n[c]\ndatabase={base}.index\nserial={base}.serial\n"
            f"new_certs_dir={self.dir}\ncertificate={self.d.path('ca.crt')}\n"
            f"private_key={self.d.path('ra', 'ca.key.pem')}\ndefault_md=sha256\npolicy=p\n"
            "x509_extensions=e\nunique_subject=no\nemail_in_dn=no\nstring_mask=utf8only\n"
            "[p]\norganizationName=supplied\ncommonName=supplied\n"
            f"[e]\nsubjectAltName=URI:trefoil://{place}\nbasicConstraints=critical,CA:FALSE\n"
            "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n"
            "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            f"{OID}.1=ASN1:SEQUENCE:i\n"
            f"[i]\nv=INTEGER:1\ne=FORMAT:HEX,OCTETSTRING:{identity}\n"
            f"x=FORMAT:HEX,OCTETSTRING:{os.urandom(32).hex()}\nk=INTEGER:1\n"
            f"d=FORMAT:HEX,OCTETSTRING:{'00' * 32}\n"
            f"r=FORMAT:HEX,OCTETSTRING:{self.trust_root().hex()}\n")
