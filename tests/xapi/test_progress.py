"""At a terminal, what takes longer than a second says how far it is, and leaves nothing behind; elsewhere it is silent."""

import fcntl
import json
import os
import pty
import re
import select
import subprocess
import threading
import unittest

from with_pool import STATE, WithPool

GIVES_UP = 120  # seconds, of a test that would wait for ever


class Terminal:
    """A call with its standard error on a terminal."""

    def __init__(self, host, *words):
        self.master, slave = pty.openpty()
        self.seen = b""
        self.process = subprocess.Popen([host.program, *words], env=host.environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=slave)
        os.close(slave)

    def read(self):
        """False at the end."""
        if not select.select([self.master], [], [], GIVES_UP)[0]:
            raise AssertionError(f"nothing more after {self.seen}")
        try:
            more = os.read(self.master, 4096)
        except OSError:  # nobody has the other end any more
            return False
        self.seen += more
        return bool(more)

    def read_until(self, pattern):
        while not re.search(pattern, self.seen):
            assert self.read(), self.seen

    def end(self):
        """What was written to standard output, and what the terminal shows at the end."""
        output = self.process.stdout.read()
        while self.read():
            pass
        os.close(self.master)
        self.process.stdout.close()
        assert self.process.wait() == 0, self.process.returncode
        above, line, at = "", [], 0
        for byte in self.seen.decode():
            if byte == "\n":
                above, line = above + "".join(line).rstrip(" ") + "\n", []
            elif byte in "\r\b":
                at = 0 if byte == "\r" else at - 1
            else:
                line[at:at + 1] = byte
                at += 1
        return output, above + "".join(line).rstrip(" ")


class Progress(WithPool):
    def test_how_many_hosts_have_answered(self):
        answers = threading.Event()
        self.addCleanup(answers.set)

        def answer(text):
            return lambda function, arguments: json.dumps(text[function])
        text = {"version": {"version": "0.1.0"}, "list": {"devices": []}, "verify": {"verdict": "safe", "findings": []}}
        pool = self.start()
        pool.answers = dict.fromkeys(pool.hosts, answer(text))
        slow = list(pool.hosts)[1]
        pool.answers[slow] = lambda *call: answers.wait(GIVES_UP) and answer(text)(*call)
        host = pool.hosts[pool.coordinator]
        for words in (["list", "--json"], ["list"], ["list", "--by", "model"], ["verify"]):
            with self.subTest(words):
                answers.clear()
                silent = subprocess.Popen([host.program, *words, "--scope", "pool"], env=host.environment(),
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                terminal = Terminal(host, *words, "--scope", "pool")
                terminal.read_until(rb"2 of 3 hosts answered, \d+ s")
                answers.set()
                output, shown = terminal.end()
                self.assertEqual(shown, "")
                self.assertEqual((output, b""), silent.communicate())

    def test_that_another_change_is_under_way(self):
        host = self.hosts[0]
        self.addCleanup(self.begin_anew)
        os.makedirs(host.path(STATE), 0o700)
        other = os.open(host.path(STATE), os.O_RDONLY)
        self.addCleanup(os.close, other)
        fcntl.flock(other, fcntl.LOCK_EX)
        terminal = Terminal(host, "hide", *host.harmless(1))
        terminal.read_until(rb"Waiting for another change to end, \d+ s")
        fcntl.flock(other, fcntl.LOCK_UN)
        output, shown = terminal.end()
        self.assertIn(b"reboot", output)
        self.assertRegex(shown, r"\Apci-passthrough: hide by root at a shell, .*\n\Z")


if __name__ == "__main__":
    unittest.main()
