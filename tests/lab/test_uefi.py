"""Hide, reboot, unhide: with GRUB 2 on UEFI, its file on the ESP."""

import unittest

from seed import Seed


class Uefi(Seed):
    loader = "uefi"


del Seed

if __name__ == "__main__":
    unittest.main()
