"""What is larger than any host has it is told by a sentence that names the limit, in little time and memory. The
costs of what a host can have: tests/sizes/measured.py prints them, tests/sizes-slow holds them to the limits."""

import unittest

from inputs import BEYOND
from measured import MEGABYTES, SECONDS, cost, host_with


class Beyond(unittest.TestCase):
    def test_a_boot_file_is_refused_by_a_sentence_that_names_the_limit(self):
        for name, (_, limit) in BEYOND.items():
            host, device = host_with(f"beyond: {name}")
            with host:
                before = host.path("/boot/efi/EFI/xenserver/grub.cfg").read_bytes()
                for words in (("rules",), ("verify",), ("hide", device, "--dry-run"), ("hide", device), ("repair",)):
                    with self.subTest(name, words=words):
                        one = cost(host, *words)
                        self.assertIn(limit, " ".join((one.output.decode() + one.errors).split()))
                        self.assertLess(one.seconds, SECONDS)
                        self.assertLess(one.megabytes, MEGABYTES)
                self.assertEqual(before, host.path("/boot/efi/EFI/xenserver/grub.cfg").read_bytes())


if __name__ == "__main__":
    unittest.main()
