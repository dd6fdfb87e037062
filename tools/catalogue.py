"""The attack catalogue as its tests write it down: ATTACK(row, name, what, verdict) in C,
@attack(row, name, what, verdict) in Python."""
import re

import csource

_STRINGS = r"((?:\"(?:\\.|[^\"\\\n])*\"\s*)+)"
_ENTRY = re.compile(rf"^(?:ATTACK|@attack)\(\s*\"?(\w+)\"?,\s*{_STRINGS},\s*{_STRINGS},\s*{_STRINGS}\)",
                    re.M)
ROWS = 42


class Entry:
    def __init__(self, path, text, m):
        self.path, self.line = path, csource.line_of(text, m.start())
        self.row = m[1]
        self.name, self.what, self.verdict = (_join(m[k]) for k in (2, 3, 4))

    @property
    def number(self):
        """0 for those beyond the numbered rows."""
        digits = re.match(r"\d+", self.row)
        return int(digits[0]) if digits else 0

    @property
    def test(self):
        return f"{self.row}-{self.name}"


def _join(strings):
    return "".join(re.findall(r"\"((?:\\.|[^\"\\])*)\"", strings)).replace('\\"', '"')


def entries(lint):
    found = []
    for path in lint.files:
        if path.startswith("tests/attacks/") or path == "tests/e2e/attacks_test":
            text = lint.text(path)
            found += [Entry(path, text, m) for m in _ENTRY.finditer(text)]
    return sorted(found, key=lambda e: (e.number or 1000, e.row))


def table(lint):
    rows = ["| row | attack | how the honest parties decide | test |", "|---|---|---|---|"]
    for e in entries(lint):
        rows.append(f"| {e.row.lstrip('0')} | {e.what} | {e.verdict} | `{e.test}` |")
    return rows


def judge(lint, checks):
    """Every row has a test, every test a name of its own, and a verdict speaks only of checks that
    there are and that its test expects."""
    names, numbers, rows = {}, set(), entries(lint)
    for e in rows:
        lint.checked += 1
        # What it expects stands in code, its own or its helpers', not in the words above it.
        if e.path.endswith(".c"):
            code = lint.code(e.path)
        else:
            code = _ENTRY.sub("", lint.text(e.path))
        numbers.add(e.number)
        for key in (e.row, e.name):
            if names.setdefault(key, e) is not e:
                lint.fault(e.path, e.line, f"{key} is there already")
        if e.number > ROWS:
            lint.fault(e.path, e.line, f"there is no row {e.number}")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", e.name):
            lint.fault(e.path, e.line, f"{e.name} is no name")
        for word in re.findall(r"\b(?!TF_)[A-Z][A-Z0-9]*_[A-Z0-9_]+\b", e.verdict):
            if word not in checks:
                lint.fault(e.path, e.line, f"{e.test} speaks of {word}, which is no check")
            elif not re.search(rf"\b(TF_CK_)?{word}\b", code):
                lint.fault(e.path, e.line, f"{e.test} does not expect {word}")
        for word in re.findall(r"\bTF_E_[A-Z]+\b", e.verdict):
            if word not in code:
                lint.fault(e.path, e.line, f"{e.test} does not expect {word}")
    if rows:
        for number in range(1, ROWS + 1):
            if number not in numbers:
                lint.fault("docs/attacks.md", 1, f"row {number} has no test")
