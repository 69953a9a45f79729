"""What pyproject.toml can't say: suite and fixtures stand beside the package, and the build puts them into it."""

from setuptools import find_packages, setup

BESIDE = {"sse_compliance.tests_sse": "tests_sse", "sse_compliance.fixtures": "fixtures"}

setup(packages=[*find_packages(include=["sse_compliance", "sse_compliance.*"]), *BESIDE], package_dir=BESIDE)
