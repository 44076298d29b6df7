"""What is larger than any host has it is told by a sentence that names the limit, in little time and memory. The
costs of what a host can have: tests/sizes/measured.py prints them, tests/sizes-slow holds them to the limits."""

import unittest

from inputs import BEYOND, CALLS_BEYOND
from measured import MEGABYTES, SECONDS, an_own_host, cost, host_with


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

    def test_what_else_is_larger_is_told_by_a_sentence_too(self):
        for name, (write, words, limit) in CALLS_BEYOND.items():
            with self.subTest(name), an_own_host() as host:
                last = write(host)
                one = cost(host, *words, *([last] if last else []))
                self.assertIn(limit, " ".join((one.output.decode() + one.errors).split()))
                self.assertLess(one.seconds, SECONDS)
                self.assertLess(one.megabytes, MEGABYTES)


if __name__ == "__main__":
    unittest.main()
