"""A disk that is full, failing or read-only at any call that writes: the reply says so in words, the
file is what the reply says it is, and nothing is left behind."""

import collections
import errno
import functools
import json
import os
import re
import unittest

from strace import Failure, read_reply, scenes, two_at_a_time

ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES")


class Failing(unittest.TestCase):
    def judge(self, scene, call, error):
        label = f"{error} at {call.label}"
        words = os.strerror(getattr(errno, error))
        with scene.copy() as host:
            status, output = scene.disturbed(host, call, f"error={error}")
            found = host.path(scene.boot_file).read_bytes()
            self.assertEqual([], scene.leftovers(host), label)
            if call.replies:  # nobody is told; the change has been made
                self.assertEqual(scene.new, found, label)
                return "no reply"
            self.assertEqual(0, status, label)
            try:
                reply = json.loads(read_reply(output))
            except Failure as failure:
                self.assertIn(words, str(failure), label)
                self.assertEqual(scene.old, found, f"{label}: {failure}")
                self.assertEqual([], scene.backups(host), f"{label}: a backup of what did not happen")
                return "failed"
            self.assertEqual((True, scene.new), (reply["changed"], found), label)
            if words in " ".join(reply.get("remarks", [])):
                return "went on and said so"
            self.assertTrue(self.may_go_on(call, scene), label)
            return "went on"

    @staticmethod
    def may_go_on(call, scene):
        """A leftover that was not there, and a folder on the way to the backups."""
        file_or_boot = rf"\.tmp\b|root{scene.boot_file.rsplit('/', 1)[0]}"
        return call.name == "unlinkat" or (
            call.name in ("mkdirat", "fsync") and not re.search(file_or_boot, call.arguments))

    def test_at_any_call_that_writes(self):
        counts = collections.Counter()
        for scene in scenes():
            with self.subTest(scene.kind), scene:
                cases = [(call, error) for call in scene.calls if call.changes for error in ERRORS]
                counts.update(two_at_a_time(functools.partial(self.judge, scene), cases))
        print(f"{counts.total()} errors injected: {dict(counts)}")


if __name__ == "__main__":
    unittest.main()
