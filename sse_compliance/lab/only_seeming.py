"""Devices that seem to work to whoever looks at pmtool, lsof and netstat alone."""

from __future__ import annotations

from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.software import FTD_66, FTD_74, FTD_76

ONLY_SEEMING = (
    Scenario(
        "ftd-connector-stopped",
        "FTD whose connector was stopped by a signal",
        FTD_74,
        connector_state="T",
        planted={"SSE-PRC-01": ()},
    ),
    Scenario(
        "ftd-event-handler-hung",
        "FTD whose EventHandler hangs in the kernel",
        FTD_76,
        event_handler_state="D",
        planted={"SSE-PRC-02": ()},
    ),
    Scenario(
        "ftd-session-stalled",
        "FTD whose one long session was forgotten by a firewall",
        FTD_74,
        stalled=True,
        planted={"SSE-SOK-03": ()},
    ),
    Scenario(
        "ftd-disk-full",
        "FTD whose disk is full, so that its log tells nothing",
        FTD_66,
        disk_full=True,
        planted={"SSE-PLT-03": ()},
    ),
    Scenario(
        "ftd-events-failed",
        "FTD whose connector can't dial EventHandler's socket any more",
        FTD_76,
        events_failed=True,
        joined_context=False,
        planted={"SSE-CTX-02": ()},
    ),
    Scenario(
        "ftd-no-events",
        "FTD whose connector has sent no event",
        FTD_74,
        events_sent=False,
        planted={"SSE-CTX-03": ()},
    ),
    Scenario(
        "ftd-manager-pending",
        "FTD that waits for its manager",
        FTD_66,
        manager="pending",
        planted={"SSE-MGR-01": ()},
    ),
    Scenario(
        "ftd-context-in-parts",
        "Healthy FTD whose local API has status and statistics at paths of their own",
        FTD_74,
        joined_context=False,
    ),
)
