"""Every path that hide reads, one at a time, on every recorded host."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "change"))
from unreadable import ALL_RECORDINGS, lost_on_all


class EveryPath(unittest.TestCase):
    def test_what_was_refused_stays_refused(self):
        tried, lost = lost_on_all(ALL_RECORDINGS)
        self.assertGreater(tried, 3000)
        self.assertEqual([], lost)


if __name__ == "__main__":
    unittest.main()
