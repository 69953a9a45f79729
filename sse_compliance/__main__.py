"""``python -m sse_compliance``."""

import sys

from sse_compliance.cli import main

sys.exit(main())
