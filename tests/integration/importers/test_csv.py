"""CSV as Excel and LibreOffice write it."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.cli import main
from sse_compliance.errors import InputError
from sse_compliance.importers.from_csv import read
from sse_compliance.inventory.load import load_inventory

TODAY = date(2026, 11, 25)
HEADER = ["name", "address", "platform", "region", "tags", "cloud", "port"]
ROWS = [
    ["ftd-1", "192.0.2.1", "FTD", "us", "dc;north", "yes", ""],
    ["fmc", "fmc.example.com", "fmc", "eu", "", "", "2222"],
]


def written(path: Path, delimiter: str, encoding: str, quoting: int = csv.QUOTE_MINIMAL) -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADER, *ROWS])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_bom_crlf_and_quotes(tmp_path: Path, delimiter: str, encoding: str, quoting: int) -> None:
    first, second = read(written(tmp_path / "devices.csv", delimiter, encoding, quoting), TODAY).devices
    assert (first.name, first.address, first.platform, first.tags) == ("ftd-1", "192.0.2.1", "ftd", ("dc", "north"))
    assert first.more == {"region": "us", "cloud": True}
    assert second.more == {"region": "eu", "port": 2222}
    assert first.source == "csv devices.csv 2026-11-25"


def test_quoted_commas_quotes_and_line_breaks_load(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = io.StringIO(newline="")
    row = ["ftd-1", "192.0.2.1", "ftd", "us", 'north, dc;the "edge";two\r\nlines', "", ""]
    csv.writer(text, lineterminator="\r\n").writerows([HEADER, row])
    path, output = tmp_path / "devices.csv", tmp_path / "inventory.yaml"
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    assert main(["inventory", "import", "csv", str(path), "--output", str(output)]) == 0
    assert main(["inventory", str(output)]) == 0
    (target,) = load_inventory(output, load_regions().profiles).targets
    assert target.device.tags == ("north", "dc", "the", "edge", "two", "lines")


@pytest.mark.parametrize("column", ["proxy", "address"])
def test_a_password_in_a_url_is_refused_and_told_to_nobody(
    tmp_path: Path, column: str, capfd: pytest.CaptureFixture[str]
) -> None:
    row = {"name": "a", "address": "192.0.2.1", "platform": "ftd", "region": "us", "proxy": ""}
    row |= {column: "http://u:hunter2@proxy.example.net:3128"}
    path, output = tmp_path / "devices.csv", tmp_path / "inventory.yaml"
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    assert main(["inventory", "import", "csv", str(path), "--output", str(output)]) == 4
    assert "hunter2" not in "".join(capfd.readouterr())
    assert not output.exists()


def test_what_is_written_loads(tmp_path: Path) -> None:
    path = written(tmp_path / "devices.csv", ";", "utf-8-sig")
    output = tmp_path / "inventory.yaml"
    assert main(["inventory", "import", "csv", str(path), "--output", str(output)]) == 0
    assert main(["inventory", str(output)]) == 0
    assert main(["inventory", "import", "csv", str(path), "--output", str(output)]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,address,password\na,b,hunter2\n", "devices.csv:1: unknown column 'password'"),
        ("name,platform\na,ftd\n", "devices.csv:1: missing address"),
        ("name,address,cloud\na,b,perhaps\n", "devices.csv:2: cloud: expected yes or no"),
        ("name,address,port\n\na,b,ssh\n", "devices.csv:3: port: expected a number"),
        ("name,address\na,b,c\n", "devices.csv:2: more values than columns"),
        ('name,address\n"a,b\n', "devices.csv:"),
        ("", "devices.csv:1: missing name, address"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "devices.csv"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read(path, TODAY)
    assert message in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_names_that_can_not_be_used_are_refused_with_a_proposal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("name,address,platform,region\nFrankfurt 1,192.0.2.1,ftd,us\n")
    assert main(["inventory", "import", "csv", str(path)]) == 4
    assert "'Frankfurt 1' is no device name here; 'Frankfurt-1' would be" in capfd.readouterr().err
    assert main(["inventory", "import", "csv", str(path), "--rename"]) == 0
    assert "name: Frankfurt-1" in capfd.readouterr().out


def test_two_devices_at_one_address_are_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("name,address,platform,region\na,192.0.2.1,ftd,us\nb,192.0.2.1,ftd,us\n")
    assert main(["inventory", "import", "csv", str(path)]) == 4
    assert "the address 192.0.2.1:22 stands twice" in capfd.readouterr().err
