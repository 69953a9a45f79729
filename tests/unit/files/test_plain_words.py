"""Mistakes in plain words, and the word that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import InputError
from sse_compliance.files.nearest import did_you_mean
from sse_compliance.files.plain_words import matching
from sse_compliance.files.yaml_file import StrictModel, YamlFile
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.inventory.select import select_devices


class Entry(StrictModel):
    """A file of few keys."""

    name: str = matching("^[a-z]+$", "small letters")
    count: int = 1
    live: bool = True
    more: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: A1", "name: expected small letters"),
        ("name: 3", "name: expected a text"),
        ("nmae: a\nname: a", "nmae: unknown key; did you mean name?"),
        ("name: a\ncount: many", "count: expected a whole number"),
        ("name: a\nlive: perhaps", "live: expected true or false"),
        ("name: a\nmore: b", "more: expected a list"),
        ("count: 1", "name: this key is missing"),
    ],
)
def test_no_word_of_a_library_and_no_pattern(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "f.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        YamlFile(tmp_path / "f.yaml").validate(Entry)
    assert str(error.value).endswith(told)


@pytest.mark.parametrize(
    ("word", "told"),
    [("ftd-nyc-1", "; did you mean ftd-nyc-01?"), ("FTD-NYC-01", "; did you mean ftd-nyc-01?"), ("zzz", "")],
)
def test_nearest(word: str, told: str) -> None:
    assert did_you_mean(word, ["ftd-nyc-01", "fmc"]) == told


def test_ids_and_devices_are_suggested() -> None:
    with pytest.raises(InputError, match=r"no requirement 'SSE-DNS-1'; did you mean SSE-DNS-01\?"):
        load_catalogue()["SSE-DNS-1"]
    with pytest.raises(InputError, match=r"'europ' is no device, .*; did you mean europe\?"):
        select_devices([Device("a", Platform.FTD, "eu", "classic", tags=("europe",))], "europ")
