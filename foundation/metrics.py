"""What Prometheus is told; labels name channels, lanes and outcomes, never people."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter(
    "subscriptions_messages", "Attempts to send, by how they ended.", ["channel", "lane", "outcome"]
)
REFUSED = Counter("subscriptions_refused", "Messages not sent after all, by why.", ["channel", "code"])
RECOVERED = Counter("subscriptions_lost_leases", "Claims whose worker fell silent.")
SENDING = Histogram(
    "subscriptions_send_seconds",
    "Seconds from the first byte to the provider's answer.",
    ["channel"],
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60),
)
BREAKER = Gauge("subscriptions_breaker_open", "1 while a provider is left alone.", ["channel", "lane"])
ALARMS = Gauge(
    "subscriptions_alarm",
    "How many of a kind the watchdog raises; critical wakes somebody.",
    ["alarm", "severity"],
)
SECURITY_EVENTS = Counter(
    "subscriptions_security_events", "What was refused: links, codes, callbacks, limits, hosts.", ["event"]
)
LIMITED = Counter("subscriptions_limited", "Requests that met a limit, by which.", ["limit"])
PASSES = Counter("subscriptions_passes", "Passes of the worker's tasks.", ["task", "result"])
