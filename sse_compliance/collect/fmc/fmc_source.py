"""FMCs as a source: what each says of its devices, asked once for all of them.

The lists of an FMC are read whole, and each device's evidence keeps what concerns that device. So a run costs an FMC
the pages of a handful of lists, however many devices it has.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from sse_compliance.collect.audit import AuditLog
from sse_compliance.collect.fmc.endpoints import ENDPOINTS, FMC_UUIDS, Item, Subject
from sse_compliance.collect.fmc.errors import FmcError, NoSuchPathError
from sse_compliance.collect.fmc.fleet import Record, read_records, subjects
from sse_compliance.collect.fmc.turn import turn
from sse_compliance.collect.source import AnswersByDevice
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.redaction import redacted
from sse_compliance.files.clock import stamp
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import Platform, Target

if TYPE_CHECKING:
    from sse_compliance.collect.fmc.client import FmcClient

Answer = ProbeResult | NotObtained

#: Commands of a device's CLI that an FMC (6.6 and later) hands on, by the probe that they answer.
CLI_COMMANDS = {"show-network": "show network", "show-version": "show version"}

#: FMCs that are asked at the same time.
_AT_ONCE = 8


class FmcSource:
    """Source of the probes ``fmc:PATH``; where SSH is not used (``login: fmc``), of a few of the CLI's too.

    Args:
        targets: the devices of the run.
        managers: the FMCs that they name, by name; an FMC may be asked without being a device of the run.
        credentials: those of the run.
    """

    def __init__(
        self, targets: Mapping[str, Target], managers: Mapping[str, Target], credentials: Credentials | None = None
    ) -> None:
        self._targets = targets
        self._managers = managers
        self._credentials = credentials or Credentials()
        self._clients: dict[str, FmcClient] = {}
        #: Where it is noted what is asked; nowhere where None.
        self.audit: AuditLog | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({"fmc", *CLI_COMMANDS})

    @property
    def requests(self) -> int:
        """Requests made so far."""
        return sum(client.requests for client in self._clients.values())

    def ask(self, plan: Mapping[str, Sequence[str]]) -> AnswersByDevice:
        """Asks each FMC for all of its devices."""
        said: dict[str, dict[str, Answer]] = {name: {} for name in plan}
        by_manager: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
        for name, probes in plan.items():
            manager = self._targets[name].device.fmc
            if manager is None:
                reason = NotObtained("the inventory names no FMC for this device (`fmc`)")
                said[name] = dict.fromkeys(probes, reason)
            else:
                by_manager[manager][name] = probes
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for answers in pool.map(self._ask_one, by_manager, by_manager.values()):
                said.update(answers)
        return said

    def _ask_one(self, manager: str, plan: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Answer]]:
        try:
            with self.session(manager) as client:
                look = _Look(manager, client, [self._targets[name] for name in plan])
                return {name: look.answers(self._targets[name], probes) for name, probes in plan.items()}
        except (FmcError, InputError) as error:
            reason = NotObtained(f"FMC {manager}: {error}")
            return {name: dict.fromkeys(probes, reason) for name, probes in plan.items()}

    @contextmanager
    def session(self, manager: str) -> Iterator[FmcClient]:
        """The session with an FMC, one for the whole run: a second login of the same user would end the first.

        Raises:
            FmcError: other processes have been reading it for too long.
            InputError: its password can't be had.
        """
        target, outcome = self._managers[manager], "interrupted"
        if self.audit is not None:
            self.audit.asks(target)
        try:
            client, access = self._client(target), target.access.rest
            assert access is not None, "the inventory's loader checks that"
            with turn(access) as others_had_it:
                client.begin(anew=others_had_it)
                yield client
            outcome = "collected"
        except (FmcError, InputError) as error:
            outcome = str(error)
            raise
        finally:
            if self.audit is not None:
                self.audit.asked(target, outcome)

    def _client(self, manager: Target) -> FmcClient:
        name, access = manager.device.name, manager.access.rest
        if name not in self._clients:
            assert access is not None, "the inventory's loader checks that"
            told = None if self.audit is None else partial(self.audit.request, name)
            from sse_compliance.collect.fmc.client import FmcClient

            self._clients[name] = FmcClient(access, self._credentials.resolve(access.secret, name), told=told)
        return self._clients[name]


class _Look:
    """One look at one FMC: each list is read once, when it is needed first."""

    def __init__(self, manager: str, client: FmcClient, targets: Sequence[Target]) -> None:
        self._manager = manager
        self._client = client
        #: Each list that was read, and when.
        self._lists: dict[str, tuple[list[Item], str] | FmcError] = {}
        managed = [target for target in targets if target.device.platform is not Platform.FMC]
        self._records: tuple[Record, ...] = read_records(client, managed) if managed else ()
        self._subjects = dict(subjects(managed, self._records))

    def answers(self, target: Target, probes: Iterable[str]) -> dict[str, Answer]:
        """What is said of a device."""
        subject: Subject | FmcError
        if target.device.platform is Platform.FMC:
            subject = Subject(next(iter(FMC_UUIDS)), target.device.name, self._client.domains[0].uuid)
        else:
            subject = self._subjects[target.device.name]
        return {probe: self._answer(probe, subject) for probe in probes}

    def _answer(self, probe: str, subject: Subject | FmcError) -> Answer:
        if isinstance(subject, FmcError):
            return NotObtained(str(subject))
        kind, _, path = probe.partition(":")
        try:
            return redacted(self._cli(kind, subject) if kind in CLI_COMMANDS else self._list(path, subject))
        except FmcError as error:
            return NotObtained(f"FMC {self._manager}: {error}")

    def _list(self, path: str, subject: Subject) -> ProbeResult:
        endpoint = ENDPOINTS[path]
        domain = subject.domain if endpoint.per_domain else self._client.domains[0].uuid
        url_path = endpoint.url_path(domain)
        try:
            items, read_at = self._items(url_path, endpoint.query)
        except NoSuchPathError as error:
            raise FmcError(
                f"it does not know {path} (404; FMC {endpoint.since} and later do); see {endpoint.screen}"
            ) from error
        own = endpoint.own(items, subject)
        body = {"items": own, "paging": {"count": len(own)}, "itemsOfAllDevices": len(items)}
        text = json.dumps(body, indent=1, ensure_ascii=False) + "\n"
        return ProbeResult(f"GET {self._client.base}{url_path}", 0, text, read_at=read_at)

    def _items(self, url_path: str, query: Mapping[str, str]) -> tuple[list[Item], str]:
        if url_path not in self._lists:
            try:
                self._lists[url_path] = self._client.items(url_path, query), stamp("milliseconds")
            except FmcError as error:
                self._lists[url_path] = error
        known = self._lists[url_path]
        if isinstance(known, FmcError):
            raise known
        return known

    def _cli(self, probe: str, subject: Subject) -> ProbeResult:
        """A command of the device's CLI, run by FMC with a GET."""
        command = CLI_COMMANDS[probe]
        path = f"/api/fmc_config/v1/domain/{subject.domain}/devices/devicerecords/{subject.uuid}/operational/commands"
        for item in self._client.get(path, {"command": command}).get("items", []):
            output = item.get("commandOutput") if isinstance(item, dict) else None
            if isinstance(output, str):
                text = output if output.endswith("\n") else output + "\n"
                return ProbeResult(command, 0, text, read_at=stamp("milliseconds"))
        raise FmcError(f"it gives no output of `{command}`")
