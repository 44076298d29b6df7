"""A sample of the paths that hide reads; tests/change-slow has all of them."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from unreadable import ALL_RECORDINGS, lost_on_all


class Unreadable(unittest.TestCase):
    def test_what_was_refused_stays_refused(self):
        tried, lost = lost_on_all(ALL_RECORDINGS, 25)
        self.assertGreater(tried, 200)
        self.assertEqual([], lost)


if __name__ == "__main__":
    unittest.main()
