"""verify notify=true: one message of xapi on a host while it is unsafe, and none while it is safe."""

import json
import shutil
import unittest

from with_pool import NAMES, WithPool

NAME = "PCI_PASSTHROUGH_UNSAFE"


class Notify(WithPool):
    names = NAMES[:1]

    def setUp(self):
        self.pool = self.start()
        self.host = self.hosts[0]

    def hide(self, address, *more):
        done = self.host.shell("hide", address, *more)
        self.assertEqual(done.returncode, 0, done.stderr)

    def notify(self):
        done = self.host.shell("verify", "--notify", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        reply = json.loads(done.stdout)
        return reply["verdict"], reply["notified"]

    def messages(self):
        return list(self.pool.records["message"].values())

    def make_unsafe(self):
        self.hide("5e:00.0", "--accept", "mgmt-nic-hidden@5e:00.0")

    def make_safe(self):
        done = self.host.shell("unhide", "5e:00.0")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_from_safe_to_unsafe_and_back(self):
        self.assertEqual(self.notify(), ("safe", "none"))
        self.make_unsafe()
        self.assertEqual(self.notify(), ("unsafe", "created"))
        (message,) = self.messages()
        self.assertEqual((message["name"], message["cls"], message["obj_uuid"]),
                         (NAME, "Host", self.pool.records["host"][self.pool.coordinator]["uuid"]))
        self.assertIn("mgmt-nic-hidden", message["body"])
        self.assertFalse(set("<>&\"'") & set(message["body"]))
        self.assertEqual(self.notify(), ("unsafe", "unchanged"))
        self.assertEqual(len(self.messages()), 1)
        self.make_safe()
        self.assertEqual(self.notify(), ("safe", "removed"))
        self.assertEqual(self.messages(), [])
        self.assertEqual(self.notify(), ("safe", "none"))

    def test_one_that_was_dismissed_comes_again_with_other_findings_alone(self):
        self.make_unsafe()
        self.notify()
        self.pool.records["message"].clear()
        self.assertEqual(self.notify(), ("unsafe", "unchanged"))
        self.assertEqual(self.messages(), [])
        self.hide("88:00.0", "--accept",
                  "boot-controller-hidden@88:00.0,sr-controller-hidden@88:00.0")
        self.assertEqual(self.notify(), ("unsafe", "created"))
        self.assertEqual(len(self.messages()), 1)
        self.make_safe()
        self.assertEqual(self.notify(), ("unsafe", "renewed"))
        self.assertEqual(len(self.messages()), 1)

    def test_other_messages_stay(self):
        other = self.pool.add("message", name="SOMETHING", obj_uuid="x")
        foreign = self.pool.add("message", name=NAME, cls="Host", obj_uuid="another host's")
        self.make_unsafe()
        self.notify()
        self.make_safe()
        self.notify()
        self.assertEqual(set(self.pool.records["message"]), {other, foreign})

    def test_a_null_reference_is_no_message(self):
        self.pool.message_is_written = False
        self.make_unsafe()
        done = self.host.shell("verify", "--notify")
        self.assertEqual(done.returncode, 1)
        self.assertIn("xapi did not write the message", done.stderr)
        self.pool.message_is_written = True
        self.assertEqual(self.notify(), ("unsafe", "created"))

    def test_it_is_for_root_at_a_shell(self):
        self.assert_refused("PCI_PASSTHROUGH_NOT_PERMITTED", "root at a shell",
                            self.client(self.pool).plugin, self.pool.coordinator, "verify",
                            {"notify": "true"})
        done = self.host.shell("verify", "--notify", "--scope", "pool")
        self.assertEqual(done.returncode, 2)

    def test_without_xapi_it_says_so(self):
        socket = self.host.root / self.pool.socket
        aside = socket.with_name("aside")
        socket.rename(aside)
        self.addCleanup(aside.rename, socket)
        shutil.rmtree(self.host.path("/.xapi"))  # what was recorded of xapi
        done = self.host.shell("verify", "--notify")
        self.assertIn("no message can be put on this host", done.stderr)

    def test_over_xml_rpc(self):
        self.pool.socket_of(self.pool.coordinator).has_json = False
        self.make_unsafe()
        self.assertEqual(self.notify(), ("unsafe", "created"))


if __name__ == "__main__":
    unittest.main()
