"""Parties of libtrefoil as processes (party.c), and what is between them: this test. Whoever is killed
keeps its folder, and nothing else."""
import os
import shutil
import subprocess
import tempfile

from deployment import BUILD
from forge import holds

PARTY = os.path.join(BUILD, "tests", "e2e", "trefoil-party")


class Party:
    def __init__(self, folder, name, seat):
        self.name, self.seat = name, seat
        self.folder = os.path.join(folder, name)
        self.seed = os.urandom(32).hex()
        os.mkdir(self.folder, 0o700)
        self.process = None
        self.start()
        self.identity = self.ask("identity")[0]

    def start(self):
        self.process = subprocess.Popen([PARTY, self.folder, self.name, self.seed],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.error, self.sent = "", []

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def restart(self):
        self.kill()
        self.start()

    def ask(self, *words):
        """What it says; its error, if any, is in self.error, what it sends in self.sent."""
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()
        said, self.sent = [], []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"{self.name} is gone")
            kind, _, rest = line.rstrip("\n").partition(" ")
            if kind in ("ok", "error"):
                self.error = rest
                return said
            if kind == "send":
                to, message = rest.split(" ")
                self.sent.append((int(to), message))
            else:
                said.append(rest)

    def files(self):
        return sorted(os.listdir(self.folder))

    def copy_disk(self, where):
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(self.folder, where)

    def put_disk_back(self, where):
        """The process must be dead."""
        shutil.rmtree(self.folder)
        shutil.copytree(where, self.folder)


class Parties:
    """Three of them. `withhold(sender, receiver, round)`: what never arrives, counted from 0 and 1."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="trefoil-parties-", dir="/tmp")
        self.all = [Party(self.folder, f"device-{i + 1}", i + 1) for i in range(3)]
        self.withhold = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for p in self.all:
            p.kill()
        shutil.rmtree(self.folder)

    def meet(self):
        session = os.urandom(32).hex()
        for p in self.all:
            p.ask("meet", session, *(f"{q.name}:{q.seat}:{q.identity}" for q in self.all))

    def run(self, *words):
        """All begin, and what they send goes to and fro; their errors at the beginning."""
        self.meet()
        mail, errors = [], []
        for i, p in enumerate(self.all):
            p.ask(*words)
            errors.append(p.error)
            mail += [(i, to, m) for to, m in p.sent]
        while mail:
            sender, to, message = mail.pop(0)
            for i, p in enumerate(self.all):
                if i == sender or to not in (0, i + 1) or errors[i]:
                    continue
                if self.withhold and self.withhold(sender, i, round_of(message)):
                    continue
                p.ask("step", message)
                mail += [(i, t, m) for t, m in p.sent]
        return errors

    def states(self):
        return [p.ask("state")[0] for p in self.all]

    def keys(self):
        """(public key, epoch) that each has committed."""
        return [tuple(p.ask("key")) for p in self.all]

    def sign(self, index, text):
        """Everybody's signature of the text by nonces of this index; None of who has none."""
        message = b"parties\0" + text
        self.run("sign", index, message.hex())
        made = []
        for p in self.all:
            said = p.ask("signature")
            good = not p.error and holds(self.folder, bytes.fromhex(said[1])[1:], "parties", text,
                                         bytes.fromhex(said[0]))
            made.append(said[0] if good else None)
        return made


def round_of(message):
    """Of an envelope: behind type, version, session and context."""
    return int(message[2 * 68:2 * 69], 16)
