"""The same as packaging/test_reproducible, for i686."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "packaging"))
import test_reproducible


class I686(test_reproducible.Reproducible):
    architecture = "i686"


if __name__ == "__main__":
    unittest.main()
