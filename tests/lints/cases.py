"""A few lines of test harness for scripts: cases are functions, a failed assert is a failed case,
the last line is "N passed, N failed"."""
import os
import shutil
import sys
import tempfile
import traceback

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_CASES = []


def case(function):
    _CASES.append(function)
    return function


def expect(condition, *what):
    """Like assert, and not removed by python -O."""
    if not condition:
        raise AssertionError(" ".join(str(w) for w in what) or "expectation does not hold")


def scratch():
    """A temporary directory that goes away with the test."""
    path = tempfile.mkdtemp(prefix="trefoil-test.")
    _SCRATCH.append(path)
    return path


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    passed = failed = 0
    for function in _CASES:
        if wanted not in function.__name__:
            continue
        try:
            function()
            passed += 1
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"FAILED {function.__name__}")
            traceback.print_exc(file=sys.stdout)
    for path in _SCRATCH:
        shutil.rmtree(path, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


_SCRATCH = []
