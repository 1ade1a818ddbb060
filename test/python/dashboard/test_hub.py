"""State that the tabs of the page share."""

from __future__ import annotations

from thrum.dashboard.hub import Hub


def test_the_hub_forgets_the_oldest_and_numbers_the_rest() -> None:
    hub = Hub(frames=10, events=3)
    for k in range(1000):
        hub.publish({"kind": "frame", "k": k}, {"kind": "event", "k": k}, {"kind": "link", "k": k})
    news = hub.since("", 0)
    assert news["reset"] and len(news["records"]) == 10 + 3 + 1
    assert [r["n"] for r in news["records"]] == sorted(r["n"] for r in news["records"])
    hub.publish({"kind": "frame", "k": 1000})
    later = hub.since(news["session"], news["next"])
    assert [r["k"] for r in later["records"]] == [1000] and not later["reset"]
    assert hub.since("another", 3)["reset"] and hub.since(news["session"], 10**9)["reset"]
