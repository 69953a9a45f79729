"""Prompts, questions and refusals, as they were seen on devices (device-facts 3.1 to 3.4)."""

from __future__ import annotations

import pytest

from sse_compliance.collect.ssh.prompt import Peer, is_question, not_ready, peer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cisco Firepower 1010 Threat Defense v7.4.2 (build 172)\n\n> ", Peer.CLISH),
        (">", Peer.CLISH),
        ("\n> \n", Peer.CLISH),
        ("Firepower-module1>", Peer.CHASSIS),
        ("firepower# ", Peer.CHASSIS),
        ("firepower /ssa # ", Peer.CHASSIS),
        ("fw-0-A# ", Peer.CHASSIS),
        ("firepower(local-mgmt)# ", Peer.CHASSIS),
        ("FPR9300-A /system/services* # ", Peer.CHASSIS),
        ("ciscoasa> ", Peer.CHASSIS),
        ("asa/pri/act# ", Peer.CHASSIS),
        ("admin@firepower:~$ ", Peer.USER_SHELL),
        ("admin@firepower:/opt/cisco/csp/applications $ ", Peer.USER_SHELL),
        ("admin@Firepower-module1:/opt/bootcli/cisco/cli/bin$", Peer.USER_SHELL),
        ("$ ", Peer.USER_SHELL),
        ("root@firepower:~# ", Peer.ROOT_SHELL),
        ("root@lab-ftd-01:/#", Peer.ROOT_SHELL),
        ("root@firepower:/Volume/home/admin# ", Peer.ROOT_SHELL),
        ("root@Firepower-module1:sf# ", Peer.ROOT_SHELL),
        ("root@firepower:# ", Peer.ROOT_SHELL),
        ("FTD01:/home/ldap/abbac# ", Peer.ROOT_SHELL),
        ("root@ftd:/ngfw/var/log/sf/Cisco_FTD_SSP_FP1K_Upgrade-7.0.5# ", Peer.ROOT_SHELL),
        ("sh-4.2# ", Peer.ROOT_SHELL),
        ("# ", Peer.ROOT_SHELL),
        ("", None),
        ("Password: ", None),
        ("    #1) Respect the privacy of others.\n    #", None),
        ("> show network", None),
        ("> GET / HTTP/1.1\n> \nmore", None),
        ("##########\n#  KEEP OUT  #", None),
        ("*****#", None),
        ("it costs 5 $$", None),
        ("Last login: Thu Jul 10 09:11:54 UTC 2025 from 10.42.1.2 on pts/0", None),
    ],
)
def test_prompts(text: str, expected: Peer | None) -> None:
    assert peer(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Enter new password: ", True),
        ("Press <ENTER> to display the EULA: ", True),
        ("Please enter 'YES' to AGREE to the EULA: [YES]", True),
        ("Do you want to continue (y/n)?", True),
        ("> ", False),
        ("your password has expired\n> ", False),
        ("Last login: Thu Jul 10 from 10.42.1.2 on pts/0\n", False),
    ],
)
def test_questions(text: str, expected: bool) -> None:
    assert is_question(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "You are required to change your password immediately (password expired).",
        "You are required to change your password immediately (administrator enforced).",
        "WARNING: Your password has expired.\nYou must change your password now and login again!\nNew password: ",
        "Your password is expired",
    ],
)
def test_words_of_an_account_that_is_not_ready(text: str) -> None:
    assert not_ready(text)
