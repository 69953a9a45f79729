"""``python -m sse_compliance``, the same as ``sse-compliance``."""

import sys

from sse_compliance.cli import main

sys.exit(main())
