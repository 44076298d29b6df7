"""A change and the way back, on every recorded host, as xapi calls it: hide, rules, unhide, backups,
restore, dry-run."""

import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import STATE, Failure, on_every_host

RULE = re.compile(rb" (?:xen-)?pciback\.hide=\S*")


def owner_and_mode(path):
    stat = path.stat()
    return stat.st_uid, stat.st_gid, stat.st_mode


class Cycle(unittest.TestCase):
    def words(self, host, addresses):
        """The word that `rules` has for each of these functions."""
        devices = {device["address"]: device for device in host.ask("rules")["devices"]}
        return [devices.get(address, {}).get("dom0_access") for address in addresses]

    @on_every_host
    def test_hide_rules_unhide(self, host):
        path, addresses = host.boot_file(), host.harmless(2)
        host.settle(path, addresses[0])
        os.chown(path, 1234, 4321)
        path.chmod(0o640)
        before, owned = path.read_bytes(), owner_and_mode(path)

        reply = host.ask("hide", {"devices": ", ".join(addresses)})
        self.assertEqual((True, False, False, True),
                         tuple(reply[member] for member in
                               ("changed", "dry_run", "refused", "reboot_required")))
        self.assertTrue(reply["backup"])
        after = path.read_bytes()
        self.assertNotEqual(before, after)
        self.assertEqual(RULE.sub(b"", before), RULE.sub(b"", after), "more than the rule")
        for address in addresses:
            self.assertIn(b"(" + address.encode() + b")", after)
        self.assertEqual(owned, owner_and_mode(path))
        self.assertEqual(["disable_on_reboot"] * len(addresses), self.words(host, addresses))

        reply = host.ask("hide", {"devices": ",".join(addresses)})
        self.assertFalse(reply["changed"], "twice is once")

        reply = host.ask("unhide", {"devices": ",".join(reversed(addresses))})
        self.assertTrue(reply["changed"])
        self.assertEqual(before, path.read_bytes())
        self.assertEqual(owned, owner_and_mode(path))
        self.assertNotIn("disable_on_reboot", self.words(host, addresses))

    @on_every_host
    def test_the_diff_is_what_was_done(self, host):
        path, (address,) = host.boot_file(), host.harmless(1)
        before = path.read_bytes().decode("latin1").splitlines()
        reply = host.ask("hide", {"devices": address})
        after = path.read_bytes().decode("latin1").splitlines()
        diff = "".join(step.get("diff", "") for step in reply["plan"]).splitlines()
        taken = [line[1:] for line in diff if re.match(r"-(?!--)", line)]
        added = [line[1:] for line in diff if re.match(r"\+(?!\+\+)", line)]
        self.assertTrue(added)
        self.assertEqual([a for a, b in zip(before, after) if a != b], taken)
        self.assertEqual([b for a, b in zip(before, after) if a != b], added)

    @on_every_host
    def test_a_dry_run_touches_nothing(self, host):
        (address,) = host.harmless(1)
        before = host.fingerprint()
        reply = host.ask("hide", {"devices": address, "dry-run": "true"})
        self.assertEqual((False, True), (reply["changed"], reply["dry_run"]))
        self.assertIn(address, json.dumps(reply["plan"]))
        host.ask("list")
        host.ask("verify", {"devices": address})
        self.assertEqual(before, host.fingerprint())

    @on_every_host
    def test_backups_and_restore(self, host):
        path, addresses = host.boot_file(), host.harmless(2)
        states = [path.read_bytes()]
        for address in addresses:
            host.call("hide", {"devices": address})
            states.append(path.read_bytes())
        backups = host.ask("backups")["backups"]
        self.assertEqual(len(addresses), len(backups))
        for backup, state in zip(backups, states):
            self.assertEqual("hide", backup["function"])
            done = host.shell("restore", backup["id"])
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertEqual(state, path.read_bytes())
        self.assertGreater(len(host.ask("backups")["backups"]), len(addresses), "a restore can be undone")
        with self.assertRaises(Failure) as caught:
            host.call("restore", {"id": "20200101T000000.000000Z-00000000"})
        self.assertIn("20200101T000000.000000Z-00000000", caught.exception.sentence)

    @on_every_host
    def test_undo_and_redo(self, host):
        path, (address,) = host.boot_file(), host.harmless(1)
        before = path.read_bytes()
        with self.assertRaises(Failure):
            host.call("undo")
        host.call("hide", {"devices": address})
        hidden = path.read_bytes()
        self.assertFalse(host.ask("undo", {"dry-run": "true"})["changed"])
        self.assertEqual(hidden, path.read_bytes())
        for words, state in (("takes back 'hide'", before), ("is a redo", hidden), ("once more", before)):
            reply = host.ask("undo")
            self.assertTrue(reply["changed"])
            self.assertIn(words, " ".join(reply["remarks"]))
            self.assertEqual(state, path.read_bytes())
        path.write_bytes(before + b"# by hand\n")
        with self.assertRaises(Failure) as caught:
            host.call("undo")
        self.assertEqual("PCI_PASSTHROUGH_REFUSED", caught.exception.code)
        self.assertIn("somebody changed it since", str(caught.exception))

    @on_every_host
    def test_a_rescue_entry(self, host):
        path, (address,) = host.boot_file(), host.harmless(1)
        before = path.read_bytes()
        self.assertFalse(host.ask("rescue", {"dry-run": "true"})["changed"])
        self.assertEqual(before, path.read_bytes())
        self.assertTrue(host.ask("rescue")["changed"])
        kept = path.read_bytes()
        self.assertTrue(kept.startswith(before), "it is appended")
        self.assertFalse(host.ask("rescue")["changed"], "twice is once")
        self.assertEqual([(entry["value"], entry["edited_by_us"]) for entry in host.ask("rules")["entries"]
                          if entry["rescue"]], [(None, False)])

        reply = host.ask("hide", {"devices": address, "entries": "all"})
        self.assertIn("rescue", reply["way_back"])
        block = kept[len(before):]
        self.assertTrue(path.read_bytes().endswith(block), "no rule goes there")
        path.write_bytes(path.read_bytes().removesuffix(block).replace(b" ro ", b" ro mitigations=off ") + block)
        self.assertIn("rescue-entry-stale", [finding["code"] for finding in host.ask("verify")["findings"]])
        host.call("repair")
        self.assertIn(b"mitigations=off", path.read_bytes()[-len(block):])
        path.write_bytes(kept)
        self.assertTrue(host.ask("rescue", {"remove": "true"})["changed"])
        self.assertEqual(before, path.read_bytes())
        self.assertTrue(host.ask("undo")["changed"])
        self.assertEqual(kept, path.read_bytes())

    @on_every_host
    def test_a_link_stays_a_link(self, host):
        path, (address,) = host.boot_file(), host.harmless(1)
        elsewhere = path.parent / "elsewhere"
        elsewhere.mkdir()
        target = elsewhere / path.name
        path.rename(target)
        path.symlink_to(f"elsewhere/{path.name}")
        host.call("hide", {"devices": address})
        self.assertTrue(path.is_symlink())
        self.assertEqual(f"elsewhere/{path.name}", os.readlink(path))
        self.assertFalse(target.is_symlink())
        self.assertIn(f"({address})", target.read_text())

    @on_every_host
    def test_only_the_state_directory_comes_new(self, host):
        path, (address,) = host.boot_file(), host.harmless(1)
        before = set(host.fingerprint())
        host.call("hide", {"devices": address})
        host.call("unhide", {"devices": address})
        fresh = set(host.fingerprint(without=(STATE,))) - before
        fresh -= {str(host.path(STATE).parent), f"{path}.pci-passthrough.bak"}
        self.assertEqual(set(), {name for name in fresh if not name.endswith(".calls")})
        self.assertEqual(0o700, host.path(STATE).stat().st_mode & 0o7777)


if __name__ == "__main__":
    unittest.main()
