"""One condition, one id: what a condition of tf_holds is made of, followed to where it is decided.

In src/zk and src/proto a condition, whatever variable holds it and whatever function gives it, is one
comparison or one question to the arithmetic: nothing joined by && || ?: & |, no variable that is
given a value twice, in a loop, or by the caller, no function that decides in several places unless
each of them has an id of its own. And no refusal of what a peer has sent (TF_E_PROOF, TF_E_TRUST,
TF_E_CONFLICT) that hangs on no check. Exceptions: tools/exceptions, rules "merged" and "bare".

Not followed is what the floors below zk answer (base, num, curve: arithmetic), libc, and generated
codecs.
"""
import collections
import re

import csource

ROOMS = ("zk", "proto")
FOLLOWED = ROOMS + ("wire", "paillier")
REFUSALS = r"\bTF_E_(PROOF|TRUST|CONFLICT)\b"
COMPARISON = re.compile(r"(?<![-<>=!])(<=|>=|==|!=|<|>)(?![<>=])")
JOINED = re.compile(r"&&|\|\||\?|[\w)\]]\s*[&|^](?![&|])")
SCALARS = r"(bool|tf_err|tf_ct|char|int|unsigned|long|size_t|u?int\d+_t)"

Function = collections.namedtuple("Function", "path name head body line")


def calls(text):
    """(name, arguments, offset) of every call of a function that has a name."""
    for m in re.finditer(r"(?<![\w.>])([a-z_]\w*)\s*(\()", text):
        if m[1] not in ("if", "for", "while", "switch", "return", "sizeof"):
            yield m[1], csource.arguments(text, m.start(2))[0], m.start()


def variables(cond):
    """Names in a condition that stand for themselves."""
    return set(re.findall(r"(?<![\w.>&])([a-z_]\w*)\b(?!\s*(?:\(|\.|->|\[))",
                          re.sub(r"(->|\.)\s*\w+", " ", cond)))


def enclosing(text, offset):
    """(start, name) of every bracket that is open at this offset, innermost first; name is what
    stands before it."""
    depth = 0
    for i in range(offset - 1, -1, -1):
        if text[i] in ")}":
            depth += 1
        elif text[i] in "({":
            if depth == 0:
                yield i, re.search(r"(\w*)\s*$", text[:i])[1]
            else:
                depth -= 1


def loops(body):
    """(start, end) of every loop, with its head."""
    for m in re.finditer(r"\b(?:for|while)\s*(\()", body):
        end = csource.closing(body, m.start(1))
        rest = re.match(r"\s*\{", body[end:])
        if rest:
            yield m.start(), csource.closing(body, end + rest.end() - 1)
        else:
            stop = body.find(";", end)
            inner = re.match(r"\s*(?:if|for)\s*(\()", body[end:])
            while inner:  # one statement, which may have a head of its own
                end = csource.closing(body, end + inner.start(1))
                stop = body.find(";", end)
                inner = re.match(r"\s*(?:if|for)\s*(\()", body[end:])
            yield m.start(), stop


def held(before, checks=("tf_holds",)):
    """Does the text end in "if (!tf_holds(...)) return", in a block that such an if opens, or in
    "return tf_holds(...) ? X :"? checks: also functions that do nothing else."""
    head = re.sub(r"(\breturn|\s)+$", "", before)
    if head.endswith(":"):
        head = re.sub(r"\?\s*\w+\s*:$", "", head).rstrip()
        start = opening(head)
        return start >= 0 and re.search(r"\btf_holds\s*$", head[:start]) is not None
    block = next((i for i, _ in enclosing(before, len(before)) if before[i] == "{"), -1)
    return guards(head, checks) or (block >= 0 and guards(before[:block].rstrip(), checks) and
                            not re.search(r"\bif\b|\belse\b", before[block:]))


def guards(head, checks):
    """Does it end in "if (!tf_holds(...))"?"""
    start = opening(head)
    if start < 0 or not re.search(r"\bif\s*$", head[:start]):
        return False
    condition = head[start + 1:-1].strip()
    asked = re.match(r"!\s*(\w+)\s*\(", condition)
    if not asked or asked[1] not in checks:
        return False
    return csource.closing(condition, condition.index("(")) == len(condition)


def opening(text):
    """Offset of the bracket that the last character closes; -1 if it closes none."""
    level = 0
    for i in range(len(text) - 1, -1, -1):
        if text[i] == ")":
            level += 1
        elif text[i] == "(":
            level -= 1
            if level == 0:
                return i
        elif level == 0:
            return -1
    return -1


def functions(path, text):
    lines = text.split("\n")
    for name, first, last, body in csource.functions(text):
        brace = last - body.count("\n") - 1
        yield Function(path, name, " ".join(lines[first - 1:brace]), body, brace + 1)


class Conditions:
    def __init__(self, lint, allowed):
        self.lint, self.allowed = lint, allowed
        self.known, self.files, self.told = collections.defaultdict(list), [], set()
        for path in lint.c_files("src"):
            if csource.is_test(path) or csource.room(path) not in FOLLOWED:
                continue
            for function in functions(path, lint.code(path)):
                self.known[function.name].append(function)
            if csource.room(path) in ROOMS:
                self.files.append(path)
        self.checks = {"tf_holds"} | {f.name for found in self.known.values() for f in found
                                      if self.is_check(f)}

    def fault(self, function, offset, why):
        line = function.line + function.body.count("\n", 0, offset)
        if (function.path, line, why) not in self.told and \
                not self.allowed.allow("merged", f"{function.path}:{function.name}"):
            self.lint.fault(function.path, line, why)
        self.told.add((function.path, line, why))

    def find(self, name, path):
        """The function of this name that a file means, or None."""
        found = self.known.get(name, [])
        own = [f for f in found if f.path == path]
        return (own or [f for f in found if "static" not in f.head] or [None])[0]

    def is_check(self, f):
        """Does a function answer with one check, and nothing else?"""
        said = [m[1] for m in re.finditer(r"\breturn\b([^;]*);", f.body)]
        whole = re.fullmatch(r"\s*tf_holds\s*(\(.*\))\s*", said[0], re.S) if len(said) == 1 else None
        return bool(whole) and csource.closing(whole[1], 0) == len(whole[1])

    # ---- conditions

    def expression(self, f, text, at):
        """What decides here: one comparison, or one question; at is its place in f's body."""
        if JOINED.search(text):
            self.fault(f, at, f"conditions are joined: {' '.join(text.split())}")
        elif len(COMPARISON.findall(text)) > 1:
            self.fault(f, at, f"more than one comparison: {' '.join(text.split())}")
        if re.search(r"(->|\.)\s*\w+\s*\(", text):
            self.fault(f, at, "a function that nobody can follow from here decides")
        for name, _, _ in calls(text):
            callee = self.find(name, f.path)
            if callee and name != "tf_holds" and callee is not f:
                self.function(callee)
        for name in variables(text):
            self.variable(f, name, at)
        member = re.fullmatch(r"!?\s*[\w\[\].>-]*(?:->|\.)(\w+)", text.strip())
        if member:
            self.member(f, member[1], at)

    def member(self, f, name, at):
        """A member that decides has not been put together, wherever it was given its value."""
        for path in self.files:
            for m in re.finditer(rf"(?:->|\.)\s*{name}\s*([|&^+]?=(?!=))([^;]*);",
                                 self.lint.code(path)):
                if m[1] != "=" or re.search(r"&&|\|\|", m[2]):
                    self.fault(f, at, f"conditions are gathered in {name}")

    def variable(self, f, name, at):
        kind = re.search(rf"\b{SCALARS}\s+(?:[\w\s\[\]*=&>.(),-]*?[,\s])?{name}\b\s*[;,=]", f.body)
        if re.search(rf"\b(bool|tf_err)\s+{name}\b", f.head):
            self.fault(f, at, f"{name} is decided by the caller")
        if not kind:
            return
        if re.search(rf"\b{name}\s*([|&^+-]=|\+\+(?!\))|--)|(\+\+|--)\s*{name}\b", f.body[:at]):
            self.fault(f, at, f"conditions are gathered in {name}")
        if kind[1] in ("bool", "tf_err"):
            self.decided(f, name, at)
        else:
            for _, text, _ in self.values(f, name, 0, at):
                if text and re.search(r"&&|\|\||==|!=", text):
                    self.fault(f, at, f"conditions are gathered in {name}")

    def values(self, f, name, begin, end):
        """(offset, expression or None, (callee, place of the argument) or None)"""
        for m in re.finditer(rf"(?<![\w.>*]){name}\s*=(?!=)|(?<![&\w\s])\s*&{name}\b(?!\s*[.\[-])", f.body):
            if not begin <= m.start() < end:
                continue
            if m[0].endswith("="):
                stop = f.body.index(";", m.end())
                text = csource.arguments(f"({f.body[m.end():stop]})", 0)[0][0]
                yield m.start(), text, None
            else:
                yield m.start(), None, self.callee_at(f.body, m.end())

    def callee_at(self, body, offset):
        start, name = next(enclosing(body, offset), (0, ""))
        return name, body[start:offset].count(",")

    def decided(self, f, name, at):
        """A bool or an error has one value before it is held, which is decided in one place."""
        last = max((m.end() for m in re.finditer(r"\btf_holds\s*\(", f.body[:at])
                    if name in variables(csource.arguments(f.body, m.end() - 1)[0][-1])
                    and csource.closing(f.body, m.end() - 1) < at), default=0)
        found = list(self.values(f, name, last, at)) or list(self.values(f, name, 0, at))[-1:]
        if len(found) > 1:
            self.fault(f, at, f"{name} is decided more than once before it is held")
        for offset, text, out in found:
            if any(a <= offset < b <= at for a, b in loops(f.body)):
                self.fault(f, at, f"{name} is decided in a loop before it is held")
            if out:
                callee = self.find(out[0], f.path)
                if callee:
                    self.out(callee, out[1])
            elif text is not None:
                if name in variables(text):
                    self.fault(f, at, f"conditions are gathered in {name}")
                self.expression(f, text, offset)

    # ---- functions that decide

    def function(self, f):
        if (f, None) in self.told:
            return
        self.told.add((f, None))
        if re.search(rf"\bbool\s+{f.name}\s*\(", f.head):
            self.answers(f)
        elif re.search(rf"\btf_err\s+{f.name}\s*\(", f.head):
            self.refuses(f)

    def answers(self, f):
        """A bool function has one return, or gives each an id."""
        free, numbered = [], 0
        for m in re.finditer(r"\breturn\b([^;]*);", f.body):
            whole = re.fullmatch(r"\s*tf_holds\s*(\(.*\))\s*", m[1], re.S)
            if (whole and csource.closing(whole[1], 0) == len(whole[1])) or \
                    (m[1].strip() == "false" and held(f.body[:m.start()])):
                numbered += 1
            else:
                free.append(m)
        if len(free) > 1 or (free and numbered):
            self.fault(f, free[0].start(), f"{f.name} decides in several places without ids")
        for m in free:
            if m[1].strip() not in ("true", "false"):
                self.expression(f, m[1], m.start())

    def out(self, f, place):
        """A function that gives its answer through a pointer gives it in one place."""
        inside = f.head[f.head.index("(", f.head.index(f"{f.name}(")):]
        named = csource.arguments(inside, 0)[0]
        name = re.search(r"(\w+)\s*$", named[place])[1] if place < len(named) else ""
        if (f, name) in self.told or not re.search(r"\bbool\b", named[place]):
            return
        self.told.add((f, name))
        if len(re.findall(r"\breturn\s+TF_OK\b", f.body)) > 1:
            self.fault(f, 0, f"{f.name} ends well before it has decided {name}")
        found = [(m.start(), m[1], None) for m in
                 re.finditer(rf"\*{name}\s*=(?!=)([^;]*);", f.body)]
        found += [(m.start(), None, self.callee_at(f.body, m.end())) for m in
                  re.finditer(rf"(?<=[(,\s]){name}(?=\s*[,)])", f.body)]
        if len(found) > 1 or re.search(rf"\*{name}\s*[|&^]=", f.body):
            self.fault(f, found[0][0], f"{f.name} decides {name} in several places")
        for offset, text, passed in found:
            callee = passed and self.find(passed[0], f.path)
            if text:
                self.expression(f, text, offset)
            elif callee:
                self.out(callee, passed[1])

    def refuses(self, f):
        """A function whose error is a condition refuses for one reason at a time."""
        if csource.room(f.path) not in ROOMS:
            return
        for m in re.finditer(r"\bif\s*(\()", f.body):
            end = csource.closing(f.body, m.start(1))
            if re.match(r"\s*\{?\s*return\s+TF_E_(?!CAPACITY|USAGE)", f.body[end:]) and \
                    re.search(r"&&|\|\|", f.body[m.start(1):end]):
                self.fault(f, m.start(), f"{f.name} refuses for several reasons at once")
        for m in re.finditer(r"\bTRY\s*\(\s*(\w+)\s*\(|\breturn\s+(\w+)\s*\(", f.body):
            callee = self.find(m[1] or m[2], f.path)
            if callee and callee.name != "tf_holds":
                self.function(callee)

    # ---- all of them

    def holds(self, f):
        for m in re.finditer(r"\btf_holds\s*(\()", f.body):
            said, end = csource.arguments(f.body, m.start(1))
            if len(said) == 3:
                self.expression(f, said[2], m.start())

    def bare(self, path):
        """What refuses a peer's data hangs on a check."""
        text, own = self.lint.code(path), [f for fs in self.known.values() for f in fs
                                           if f.path == path]
        for m in re.finditer(REFUSALS, text):
            before, after = text[:m.start()], text[m.end():]
            if re.search(r"(==|!=|\bcase)\s*$", before) or re.match(r"\s*(==|!=)", after):
                continue
            line = csource.line_of(text, m.start())
            inside = next((f.name for f in own
                           if f.line <= line <= f.line + f.body.count("\n")), "?")
            if not held(before, self.checks) and not self.allowed.allow("bare", f"{path}:{inside}"):
                self.lint.fault(path, line, f"{m[0]} that hangs on no tf_holds")
        for m in re.finditer(r"\(\s*tf_err\s*\)\s*\d", text):
            self.lint.fault(path, csource.line_of(text, m.start()), "an error without its name")
        for m in re.finditer(r"^[ \t]*#\s*define\b(?:[^\n]*\\\n)*[^\n]*\btf_holds\b", text, re.M):
            self.lint.fault(path, csource.line_of(text, m.start()), "a macro hides a check")

    def run(self):
        for path in self.files:
            self.bare(path)
            for function in functions(path, self.lint.code(path)):
                self.holds(function)
