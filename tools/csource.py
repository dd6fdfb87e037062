"""What the lints share: the project's files, and C text with comments or literals blanked."""
import os
import re
import subprocess
import sys

# Room -> floor. A file includes only its own floor or lower (docs/architecture.md, "The house").
FLOORS = {
    "base": 0, "num": 1, "curve": 1, "paillier": 2, "zk": 3, "wire": 3, "proto": 4, "lib": 4,
    "session": 5, "chain": 5, "policy": 5,
    "attest": 6, "seal": 6, "store": 6, "net": 6, "daemon": 6,
    "cosigner": 7, "coordinator": 7, "ra": 7, "hsm": 7, "cli": 7,
}

_TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """Comments become blanks; line numbers stay."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0][0] == "/" else m[0], text)


def code(text):
    """Comments and the insides of literals become blanks; line numbers and columns stay."""
    def one(m):
        t = m[0]
        return _blank(t) if t[0] == "/" else t[0] + _blank(t[1:-1]) + t[-1]
    return _TOKEN.sub(one, text)


def without_testing(text):
    """Blank what only a test build compiles: the TF_TESTING side of every #if."""
    out, stack = [], []
    for line in text.split("\n"):
        m = re.match(r"\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b(.*)", line)
        if m:
            word, rest = m[1], m[2].strip()
            if word in ("ifdef", "ifndef", "if"):
                test = re.fullmatch(r"(?:defined\s*\(?\s*)?TF_TESTING\s*\)?", rest) is not None
                stack.append(test and word != "ifndef")
                stack.append(test)
            elif word == "else" and stack and stack[-1]:
                stack[-2] = not stack[-2]
            elif word == "endif" and stack:
                del stack[-2:]
            out.append("" if any(stack[0::2]) else line)
        else:
            out.append("" if any(stack[0::2]) else line)
    return "\n".join(out)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def closing(text, start):
    """Offset just behind the bracket that closes the one at start; -1 if none does."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    opening, end, depth = text[start], pairs[text[start]], 0
    for i in range(start, len(text)):
        if text[i] == opening:
            depth += 1
        elif text[i] == end:
            depth -= 1
            if depth == 0:
                return i + 1
    return -1


def arguments(text, start):
    """The arguments of the call whose "(" is at start, split at top-level commas."""
    end = closing(text, start)
    if end < 0:
        return [], len(text)
    parts, depth, last = [], 0, start + 1
    for i in range(start + 1, end - 1):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
        elif text[i] == "," and depth == 0:
            parts.append(text[last:i].strip())
            last = i + 1
    parts.append(text[last:end - 1].strip())
    return parts, end


def functions(text):
    """(name, first line, last line, body) of every function; text is code(). Relies on the house's
    layout: a function's braces stand alone in the first column."""
    lines = text.split("\n")
    found, i = [], 0
    while i < len(lines):
        if lines[i].rstrip() != "{":
            i += 1
            continue
        end = next((k for k in range(i, len(lines)) if lines[k].rstrip() == "}"), len(lines) - 1)
        first = i
        while first > 0 and lines[first - 1].strip() \
                and not lines[first - 1].startswith(("#", "}")):
            first -= 1
        head = " ".join(lines[first:i])
        m = re.search(r"(\w+)\s*\(", head)
        name = m[1] if m else "?"
        if name in ("TEST", "TEST_SLOW"):
            inner = re.search(r"\(\s*(\w+)", head)
            name = f"{name}({inner[1] if inner else '?'})"
        else:
            for m in re.finditer(r"(\w+)\s*\(", head):
                if m[1] not in ("__attribute__", "format", "cleanup", "constructor", "noreturn"):
                    name = m[1]
                    break
        found.append((name, first + 1, end + 1, "\n".join(lines[i:end + 1])))
        i = end + 1
    return found


def declared(text):
    """Functions that a header declares and does not define; text is code()."""
    flat = re.sub(r"^[ \t]*#[^\n]*", "", text, flags=re.M)
    return set(re.findall(r"^(?!static|typedef)[a-z_A-Z][^;{}()=]*?\b(\w+)\([^;{}]*\);", flat, re.M))


def public_functions(lint):
    """What include/trefoil declares."""
    return {name for path in lint.c_files("include") for name in declared(lint.code(path))}


def is_test(path):
    name = os.path.basename(path)
    return path.startswith("tests/") or name.startswith("test_") \
        or name.endswith(("_test.c", "_test.h", "_fixture.c", "_fixture.h"))


def room(path):
    """The room a file belongs to, or None: src/zk/affg.c -> zk, gen/x.c -> wire."""
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[0] == "gen":
        return "wire"
    return None


class Lint:
    """Collects faults; a lint prints them and closes with the line scripts/check adds up."""

    def __init__(self, top):
        self.top = top
        self.faults = []
        self.checked = 0
        self._text = {}
        self._code = {}
        self.files = self._list()

    def _list(self):
        if os.path.exists(os.path.join(self.top, ".git")):
            names = subprocess.run(
                ["git", "-c", "safe.directory=*", "-C", self.top, "ls-files", "-co",
                 "--exclude-standard", "-z"], capture_output=True, check=True).stdout.decode().split("\0")
            names = [n for n in names if n and os.path.exists(os.path.join(self.top, n))]
        else:
            names = []
            for folder, inner, files in os.walk(self.top):
                inner[:] = [d for d in inner if d not in ("build", "node_modules", "__pycache__")]
                names += [os.path.relpath(os.path.join(folder, f), self.top) for f in files]
        return sorted(n for n in names if not os.path.islink(os.path.join(self.top, n)))

    def text(self, path):
        if path not in self._text:
            full = os.path.join(self.top, path)
            with open(full, encoding="utf-8", errors="surrogateescape") as f:
                self._text[path] = f.read()
        return self._text[path]

    def code(self, path):
        if path not in self._code:
            self._code[path] = code(self.text(path))
        return self._code[path]

    def exists(self, path):
        return os.path.exists(os.path.join(self.top, path))

    def c_files(self, *tops):
        return [f for f in self.files if f.endswith((".c", ".h")) and f.split("/")[0] in tops]

    def fault(self, path, line, text):
        self.faults.append(f"{path}:{line}: {text}")

    def close(self):
        """Print the faults and the closing line; the exit code."""
        for fault in self.faults:
            print(fault)
        passed = self.checked - len({f.split(":")[0] for f in self.faults})
        print(f"{max(passed, 0)} passed, {len(self.faults)} failed")
        return 1 if self.faults else 0


def top_from(argv):
    """The tree to look at: the first argument that is no option, or the one this file lies in."""
    names = [a for a in argv[1:] if not a.startswith("-")]
    if len(names) > 1:
        sys.exit(f"usage: {os.path.basename(argv[0])} [TREE]")
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.path.abspath(names[0]) if names else here


class Exceptions:
    """tools/exceptions: one place for every exception a lint makes, each with its reason."""

    def __init__(self, lint, rules):
        self.rows = {}
        self.used = set()
        self.lint = lint
        path = "tools/exceptions"
        if not lint.exists(path):
            return
        for number, line in enumerate(lint.text(path).split("\n"), 1):
            words = line.split(None, 2)
            if not words or words[0].startswith("#"):
                continue
            if len(words) < 3 or len(words[2]) < 10:
                lint.fault(path, number, "expected: rule place reason")
            elif words[0] in rules:
                self.rows[(words[0], words[1])] = number

    def allow(self, rule, place):
        if (rule, place) in self.rows:
            self.used.add((rule, place))
            return True
        return False

    def finish(self):
        """An exception nobody needs is a fault: it would hide the next one."""
        for key, number in self.rows.items():
            if key not in self.used:
                self.lint.fault("tools/exceptions", number, f"{key[0]} {key[1]} is not needed")
