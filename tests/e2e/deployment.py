"""A deployment for one test: the dev build, small numbers, fixed primes, a folder of its own.

    with Deployment() as d, Report() as r:
        d.up()
        r.check("it signs", d.trefoil("sign", ...).returncode == 0)

Standard library only. The report's last line is "N passed, N failed".
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("TREFOIL_BUILD", os.path.join(TOP, "build", "dev"))
TREFOIL = os.path.join(BUILD, "src", "cli", "trefoil")
PRIMES = os.path.join(TOP, "tests", "vectors", "primes640.txt")
EXAMPLE = os.path.join(TOP, "examples", "eth-transfer.json")


def with_liar(folder, device, *lies):
    """Have deployments run the real programs out of this folder, with one device's co-signer a liar
    (liar_cosigner.c)."""
    global TREFOIL
    os.chmod(folder, 0o755)
    for name in ("cli/trefoil", "ra/trefoil-ra", "coordinator/trefoil-coordinator"):
        shutil.copy(os.path.join(BUILD, "src", name), folder)
    shutil.copy(os.path.join(BUILD, "src/cosigner/trefoil-cosigner"),
                os.path.join(folder, "trefoil-cosigner.real"))
    shutil.copy(os.path.join(BUILD, "tests/e2e/trefoil-cosigner-liar"),
                os.path.join(folder, "trefoil-cosigner"))
    with open(os.path.join(folder, "lies"), "w", encoding="utf-8") as f:
        print(device, ",".join(lies), file=f)
    os.chmod(os.path.join(folder, "lies"), 0o644)
    TREFOIL = os.path.join(folder, "trefoil")


class Report:
    """Counts checks; leaving it prints the verdict and ends the program with it."""

    def __init__(self):
        self.passed = self.failed = 0

    def __enter__(self):
        return self

    def check(self, what, good, got=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}: {got}", file=sys.stderr)
        return good

    def equal(self, what, got, want):
        return self.check(what, got == want, f"got {got!r}, expected {want!r}")

    def __exit__(self, kind, value, trace):
        if kind:
            self.check("the test runs to its end", False, f"{kind.__name__}: {value}")
        print(f"{self.passed} passed, {self.failed} failed")
        sys.stdout.flush()
        return True


class Deployment:
    def __init__(self, *more, small=True, under="/tmp"):
        self.dir = tempfile.mkdtemp(prefix="trefoil-e2e-", dir=under)
        if small:
            more = ("--security", "small", "--test-primes", PRIMES, *more)
        made = self.trefoil("init", self.dir, *more)
        if made.returncode != 0:
            raise RuntimeError(made.stderr)
        self.about = self.json("trefoil.json")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.trefoil("down", "--dir", self.dir)
        if kind or os.environ.get("TREFOIL_KEEP"):
            print(f"left behind for a look: {self.dir}", file=sys.stderr)
        else:
            shutil.rmtree(self.dir)

    @staticmethod
    def trefoil(*args, timeout=300):
        return subprocess.run([TREFOIL, *args], capture_output=True, text=True, timeout=timeout,
                              check=False)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def json(self, *names):
        with open(self.path(*names), encoding="utf-8") as f:
            return json.load(f)

    def run(self, *args, timeout=300):
        return self.trefoil(*args, "--dir", self.dir, timeout=timeout)

    def up(self, *args):
        return self.run("up", "--timeout", "120", *args)

    def names(self):
        return [p["name"] for p in self.about["programs"]]

    def log(self, name):
        with open(self.path(name, "log", f"{name}.log"), encoding="utf-8") as f:
            return f.read()

    def pid(self, name):
        """Of a program of this deployment that runs; 0 if it does not."""
        status = json.loads(self.run("status", "--json").stdout)
        return next(p["pid"] for p in status["programs"] if p["name"] == name)

    def kill(self, name):
        """kill -9, and wait until it is gone."""
        pid = self.pid(name)
        if not pid:
            raise RuntimeError(f"{name} does not run")
        os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 10
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < until:
            time.sleep(0.01)

    def refresh(self, what, *names):
        """Have programs fetch the RA server's news at once ("workspace" or "revocations"), of which
        there must be some; who has not taken them afterwards."""
        before = {name: len(self.log(name)) for name in names}
        pids = {name: self.pid(name) for name in names}
        for _ in range(10):  # who was just asking does not ask again at once
            for name, pid in pids.items():
                os.kill(pid, signal.SIGHUP)
            pids = {name: pid for name, pid in pids.items() if not self.await_line(
                name, before[name], lambda w: " membership_changed " in w and f"{what}=new" in w,
                3)}
            if not pids:
                break
        return sorted(pids)

    def await_line(self, name, since, fits, timeout=30):
        """The first line of a program's log after byte `since` that fits; "" if none comes."""
        until = time.monotonic() + timeout
        while True:
            whole = self.log(name)[since:].rpartition("\n")[0]
            line = next((w for w in whole.split("\n") if fits(w)), "")
            if line or time.monotonic() > until:
                return line
            time.sleep(0.01)
