"""Hide, reboot, unhide: with GRUB 2 on BIOS."""

import unittest

from seed import Seed


class Grub(Seed):
    loader = "grub"


del Seed

if __name__ == "__main__":
    unittest.main()
