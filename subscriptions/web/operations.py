"""Health for the load balancer, numbers for Prometheus. Neither names anybody."""

from collections.abc import Iterator
from datetime import timedelta

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import Connection, func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from delivery.model import Lane
from delivery.tables import outbox
from foundation.database import read
from subscriptions.tables import contacts, items, workers
from subscriptions.web.service import Given

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
SILENT = timedelta(minutes=2)


@router.api_route("/prenumerera/healthz", methods=READ)
def health(request: Request, service: Given) -> Response:
    """200 while pages can be served; a worker that has fallen silent is told, but pages go on.

    ``proxy``, where one stands in between: whether it is trusted to tell who asks.
    """
    try:
        with read(service.desk.engine) as connection:
            seen = connection.execute(select(func.max(workers.c.seen_at))).scalar()
    except SQLAlchemyError:
        return JSONResponse({"status": "error", "database": False}, 503)
    alive = seen is not None and service.clock() - seen < SILENT
    told = {"status": "ok", "database": True, "worker": alive}
    if "x-forwarded-for" in request.headers and request.client:
        told["proxy"] = request.client.port == 0  # the port is told by nobody but the connection itself
    return JSONResponse(told)


@router.api_route("/prenumerera/metrics", methods=READ)
def metrics(request: Request, service: Given) -> Response:
    """For whoever asks the process itself; what came through a proxy came from outside."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        raise HTTPException(404)
    with read(service.desk.engine) as connection:
        lines = "\n".join(_gauges(connection))
    return Response(generate_latest(REGISTRY) + lines.encode() + b"\n", media_type=CONTENT_TYPE_LATEST)


def _gauges(connection: Connection) -> Iterator[str]:
    """What the database knows, whichever process asks."""
    yield "# TYPE subscriptions_queue gauge"
    waiting = (
        select(outbox.c.lane, outbox.c.channel, func.count())
        .where(literal_column("outbox.state = 'queued'"))
        .group_by(outbox.c.lane, outbox.c.channel)
    )
    for lane, channel, count in connection.execute(waiting):
        yield f'subscriptions_queue{{lane="{Lane(lane).name.lower()}",channel="{channel}"}} {count}'
    yield "# TYPE subscriptions_contacts gauge"
    people = select(contacts.c.state, contacts.c.channel, func.count()).group_by(
        contacts.c.state, contacts.c.channel
    )
    for state, channel, count in connection.execute(people):
        yield f'subscriptions_contacts{{state="{state}",channel="{channel}"}} {count}'
    yield "# TYPE subscriptions_worker_seen_timestamp_seconds gauge"
    seen = connection.execute(select(func.max(workers.c.seen_at))).scalar()
    yield f"subscriptions_worker_seen_timestamp_seconds {seen.timestamp() if seen else 0}"
    yield "# TYPE subscriptions_items gauge"
    for state, count in connection.execute(select(items.c.state, func.count()).group_by(items.c.state)):
        yield f'subscriptions_items{{state="{state}"}} {count}'
