"""Between the co-signers and their coordinator: every control connection passes through here, over
mTLS on both sides, and a test may hold, change, drop or add messages. The programs are the real ones
and know nothing of it; it shows certificates made with the CA key, in the names of both sides.

    with Deployment() as d:
        relay = Relay.before_up(d)
        d.up("--no-wait")
        relay.start(Office(d))
"""
import asyncio
import json
import os
import threading
import time

from control import BY_NAME, decode, encode, name_of, shake

COSIGNERS = ("primary-1", "guard-1", "guard-4")


class Relay:
    def __init__(self, d, where, real):
        self.d, self.where, self.real = d, where, real
        self.changed = threading.Condition()
        self.lines = {}     # device: writer of its connection
        self.opens = {}     # request: the open that the coordinator sent
        self.hold = None    # (kind of run, device): its start is held
        self.held = {}      # request: the start that is held
        self.catching = None  # kind of run: intent and open are held, of every device
        self.caught = {}    # device: {"intent": frame, "open": frame}
        self.rewrite = None  # changes the fields of an open
        self.own = {}       # request of ours: {device: [(name, fields)]}

    @staticmethod
    def before_up(d):
        """Point the co-signers here, before they are started for the first time."""
        real = d.json("coordinator", "config.json")["control"]
        where = real.rsplit(":", 1)[0] + ":8446"
        for name in COSIGNERS:
            config = d.json(name, "config.json")
            config["coordinator"] = where
            with open(d.path(name, "config.json"), "w", encoding="utf-8") as f:
                json.dump(config, f)
        return Relay(d, where, real)

    def start(self, office):
        ca = self.d.path("ca.crt")
        roster = office.roster()
        self.server = office.forge("coordinator", "coordinator", 0).context(ca, server=True)
        self.clients = {name: office.forge(name, roster[name]["role"], roster[name]["set"])
                        .context(ca) for name in COSIGNERS}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.later(self.listen()).result(20)

    def later(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    # ---- connections

    async def listen(self):
        host, port = self.where.rsplit(":", 1)
        self.listener = await asyncio.start_server(self.accept, host, int(port), ssl=self.server)

    async def accept(self, reader, writer):
        names = writer.get_extra_info("peercert")["subjectAltName"]
        device = dict(names)["URI"].rsplit("/", 1)[1]
        host, port = self.real.rsplit(":", 1)
        try:
            r, w = await asyncio.open_connection(host, int(port), ssl=self.clients[device])
        except OSError:
            writer.close()
            return
        self.lines[device] = writer
        pumps = [asyncio.ensure_future(self.pump(device, reader, w, self.upwards)),
                 asyncio.ensure_future(self.pump(device, r, writer, self.downwards))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for p in pumps:
            p.cancel()
        w.close()
        writer.close()

    async def pump(self, device, reader, writer, hook):
        try:
            while True:
                head = await reader.readexactly(4)
                frame = await reader.readexactly(int.from_bytes(head, "big"))
                with self.changed:
                    frames = hook(device, frame)
                    self.changed.notify_all()
                for f in frames:
                    writer.write(len(f).to_bytes(4, "big") + f)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return

    # ---- what passes; a list of what goes on

    def upwards(self, device, frame):
        name = name_of(frame)
        if name in ("hello", "heartbeat"):
            return [frame]
        name, m = decode(frame)
        if m["request"] in self.own:
            self.own[m["request"]].setdefault(device, []).append((name, m))
            return []
        return [frame]

    def downwards(self, device, frame):
        name = name_of(frame)
        if name == "intent" and self.catching:
            self.caught.setdefault(device, {})["intent"] = frame
            return []
        if name == "open":
            return self.pass_open(device, frame)
        if name == "start":
            request = decode(frame)[1]["request"]
            kind = self.opens[request]["kind"]
            if self.hold == (kind, device):
                self.held[request] = frame
                return []
        return [frame]

    def pass_open(self, device, frame):
        m = decode(frame)[1]
        self.opens[m["request"]] = m
        if self.rewrite:
            return [encode("open", self.rewrite(m))]
        if self.catching == m["kind"]:
            self.caught.setdefault(device, {})["open"] = frame
            return []
        return [frame]

    # ---- for the test's thread

    def wait(self, true, timeout=60):
        until = time.monotonic() + timeout
        with self.changed:
            while not true():
                if not self.changed.wait(until - time.monotonic()):
                    return False
        return True

    def send(self, device, *frames):
        async def write():
            for f in frames:
                self.lines[device].write(len(f).to_bytes(4, "big") + f)
        self.later(write()).result(20)

    def await_held(self):
        """The next run whose start is held; its request, and what is held."""
        if not self.wait(lambda: self.held):
            raise RuntimeError("no run was begun")
        with self.changed:
            return self.held.popitem()

    def await_caught(self):
        """The next signing, held before anybody was asked: its intent and open."""
        if not self.wait(lambda: all(len(self.caught.get(n, {})) == 2 for n in COSIGNERS)):
            raise RuntimeError("nobody was asked to sign")
        frames = self.caught[COSIGNERS[0]]
        return decode(frames["intent"])[1], decode(frames["open"])[1]

    def let_go(self):
        """What was caught goes its way, and is not caught again."""
        with self.changed:
            self.catching, caught, self.caught = None, self.caught, {}
        for device, frames in caught.items():
            self.send(device, frames["intent"], frames["open"])

    def ask(self, opening, intents):
        """As a coordinator: {device: intent}, each with an open that names it. The request, and
        what each of them says to it first."""
        request = os.urandom(32)
        with self.changed:
            self.own[request] = {}
        for device, intent in intents.items():
            shown = encode("intent", {**intent, "request": request})
            self.send(device, shown, encode("open", {**opening, "request": request,
                                                     "intent": shake(shown)}))
        self.wait(lambda: len(self.own[request]) == len(intents))
        with self.changed:
            return request, {device: said[0] for device, said in self.own[request].items()}

    def answers(self, request, name):
        """How many messages of that name came to a request of ours."""
        with self.changed:
            return sum(n == name for said in self.own[request].values() for n, _ in said)


def unsigned(name, m):
    """What the signature of a signed statement is over."""
    size = next(f.kind.arg.value() for f in BY_NAME[name].fields if f.name == "signature")
    return {**m, "signature": bytes(size)}
