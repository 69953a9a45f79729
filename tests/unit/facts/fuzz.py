"""The fuzzer: mutated samples through every fact.

What it looks for: an exception other than Unavailable, an input that takes long, and a mutated sample that shows a sign
of health which the sample itself does not show.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from sse_compliance.evidence.answer import ProbeResult
from tests.unit.facts.mutations import ALL, GENTLE
from tests.unit.facts.subjects import SUBJECTS, Subject

#: An input of a few kilobytes takes far less than a millisecond; this is a hang, on however busy a machine.
SLOW_SECONDS = 2.0


@dataclass
class Report:
    """What a run found."""

    inputs: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def mutate(sample: ProbeResult, subject: Subject, random: Random) -> tuple[ProbeResult, str]:
    """One to three mutations of a sample's output, and their names."""
    mutations = random.choices(GENTLE if subject.only_gentle else ALL, k=random.randint(1, 3))
    for mutation in mutations:
        if not sample.stderr or (sample.stdout and random.random() < 0.5):
            sample = replace(sample, stdout=mutation(sample.stdout, random))
        else:
            sample = replace(sample, stderr=mutation(sample.stderr, random))
    return sample, ", ".join(mutation.__name__ for mutation in mutations)


def fuzz(inputs: int, seed: int) -> Report:
    """A run over all facts in turn, the same for the same seed."""
    random = Random(seed)
    report = Report()
    unmutated = {subject.name: [subject.healthy_signs(sample) for sample in subject.samples] for subject in SUBJECTS}
    for number in range(inputs):
        subject = SUBJECTS[number % len(SUBJECTS)]
        chosen = random.randrange(len(subject.samples))
        mutated, how = mutate(subject.samples[chosen], subject, random)
        report.inputs[subject.name] += 1
        started = time.perf_counter()
        try:
            gained = subject.healthy_signs(mutated) - unmutated[subject.name][chosen]
        except Exception as error:
            report.failures.append(f"{subject.name}, sample {chosen}, {how}: {error!r}: {mutated!r}")
            continue
        if gained:
            report.failures.append(f"{subject.name}, sample {chosen}, {how}: gained {sorted(gained)}: {mutated!r}")
        if (seconds := time.perf_counter() - started) > SLOW_SECONDS:
            report.failures.append(f"{subject.name}, sample {chosen}, {how}: took {seconds:.1f} s: {mutated!r}")
    return report
