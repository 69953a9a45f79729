"""Tests of the facts: one table of cases each, and properties that hold for all of them."""

import pytest

pytest.register_assert_rewrite("tests.unit.facts.tables")
