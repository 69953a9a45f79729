"""aerleon's evaluation and its vendor output beside ours; ``bench/second_opinion.py`` runs many more policies.

Source: https://github.com/aerleon/aerleon (Apache-2.0), a development dependency.
"""

from __future__ import annotations

from tests.unit.firewall.second_opinion import as_neutral, disagreements, opinions


def test_random_policies_come_out_as_aerleon_says() -> None:
    allowed = blocked = 0
    for opinion in opinions(60, seed=20261125):
        assert disagreements(opinion, "neutral", as_neutral(opinion)) == []
        assert disagreements(opinion, "asa", opinion.outputs["asa"]) == []
        assert disagreements(opinion, "panos", opinion.outputs["xml"]) == []
        allowed += sum(opinion.verdicts.values())
        blocked += len(opinion.verdicts) - sum(opinion.verdicts.values())
    assert allowed > 50
    assert blocked > 50
