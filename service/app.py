"""The composition root: it builds the application from the parts of a runtime."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import cache, partial
from typing import Final, NamedTuple

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp, Receive, Scope, Send

from projections.queries.columns.cached_columns import keep_true
from service import clock
from service.access.guards.door import Door
from service.access.guards.guard import guard, require_declared
from service.access.guards.limited import Limited
from service.granting import routes as grant
from service.granting.registry import Registry
from service.granting.sign_in import SignIn
from service.http.bodies import BodyBudget
from service.http.declared.operation import operation_of
from service.http.edge.admission import Admission
from service.http.edge.direct import Direct
from service.http.edge.edge import Edge
from service.http.edge.packed import Packed
from service.http.limits.request_limits import RequestLimits
from service.http.problems import responses as problem_responses
from service.interchange import feeds
from service.interchange.exports import routes as exports
from service.interchange.imports.serving import mapping_routes, progress_routes
from service.interchange.imports.serving import routes as imports
from service.interchange.imports.serving.import_folder import ImportFolders
from service.interchange.imports.serving.runner import ImportRunner
from service.interchange.imports.serving.service_target import ServiceTarget
from service.openapi import routes as document_routes
from service.openapi.document import Document
from service.operations import metrics
from service.operations import routes as operations
from service.operations.disk import full_disk
from service.operations.health import Vitals
from service.operations.metrics import Metrics
from service.page import dead_ends
from service.page import routes as pages
from service.processes import foreground
from service.processes.worker import Worker
from service.reading import routes as read
from service.reading.answer_cache import AnswerCache
from service.reading.digests import Digests
from service.reading.read_side import ReadSide
from service.reading.shortcut import Shortcut
from service.settings.settings import Settings
from service.signing import routes as audit
from service.signing.signed_ledger import SignedLedger
from service.streaming import routes as live
from service.streaming.live import LiveStreams
from service.writing import routes as write
from service.writing.answers import WriteAnswers
from service.writing.proposing.proposer import Proposer
from service.writing.proposing.reviewer import Reviewer
from service.writing.proposing.showing import Proposals
from service.writing.request_reader import RequestReader

__all__ = ["HANDLERS", "create_app", "routes", "run_service"]

HANDLERS: Final = (
    *read.HANDLERS,
    *live.HANDLERS,
    *audit.HANDLERS,
    *write.HANDLERS,
    *exports.HANDLERS,
    *feeds.HANDLERS,
    *grant.HANDLERS,
    *imports.HANDLERS,
    *progress_routes.HANDLERS,
    *mapping_routes.HANDLERS,
    *operations.HANDLERS,
    metrics.get_metrics,
    problem_responses.explain,
    *document_routes.HANDLERS,
    *pages.HANDLERS,
)
"""Every route of the service, with its declared parameters and answers."""

OPERATIONS: Final = tuple(map(operation_of, HANDLERS))
"""The operations that the OpenAPI document shows."""

_BODIES: Final = 8
"""How many bodies of the largest size may be received at the same time."""
_LEAST_BUDGET: Final = 128 << 20
"""The least number of bytes that all bodies may hold together."""


class _Parts(NamedTuple):
    """What handlers are given, by the names of their arguments."""

    signed_ledger: SignedLedger
    digests: Digests
    document: Document
    feeds: feeds.Feeds
    imports: imports.Imports
    live: LiveStreams
    open_proposals: Callable[[str], Awaitable[str]]
    metrics: Metrics
    read_side: ReadSide
    vitals: Vitals
    granting: grant.Granting
    write: write.WriteSteps


_GIVEN: Final[ContextVar[_Parts]] = ContextVar("given")
"""The parts of the application that received a request."""


@cache
def routes() -> Litestar:
    """All routes. Making them takes longer than the rest of a worker. They know none of a worker's
    parts and are the same for all, so a process makes them once, before it forks workers."""
    return Litestar(
        route_handlers=list(HANDLERS),
        dependencies={name: _given(name) for name in _Parts._fields},
        before_request=guard,
        exception_handlers={
            NotFoundException: dead_ends.show_missing,
            Exception: problem_responses.handle,
        },
        openapi_config=None,
        request_max_body_size=None,  # code that reads a body limits it itself
        logging_config=None,
        debug=False,
    )


def _given(name: str) -> Provide:
    return Provide(lambda: getattr(_GIVEN.get(), name), sync_to_thread=False)


def create_app(worker: Worker) -> ASGIApp:
    """The application, as an ASGI server runs it. It opens and closes nothing itself."""
    settings = worker.settings
    counted = Metrics(
        worker.row, [each.path for each in OPERATIONS], lambda: len(worker.signed_ledger.alarms())
    )
    budget = BodyBudget(max(_LEAST_BUDGET, _BODIES * settings.body_limit), worker.row)
    parts, routed = _parts(worker, counted, budget), routes()

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        _GIVEN.set(parts)
        return routed(scope, receive, send)

    admission = Admission.of(settings)
    limits = RequestLimits(worker.row, settings.rate_anonymous, settings.rate_key)
    limited = Limited(
        Shortcut(
            Packed(Direct(app, routed, require_declared, parts._asdict())), _answer_cache(worker)
        ),
        limits,
    )
    door = Door(limited, worker.access, worker.row)
    return Edge(door, admission, counted.observe, worker.requests.log, budget, dead_ends.refused)


def _parts(worker: Worker, counted: Metrics, budget: BodyBudget) -> _Parts:
    read_side = ReadSide(worker.log, worker.read_model, worker.progress)
    reviewer = Reviewer(worker.commands)
    read_side.mismatches.send_to(worker.keeper.suspect)
    return _Parts(
        signed_ledger=worker.signed_ledger,
        digests=Digests(read_side),
        document=Document(OPERATIONS),
        feeds=feeds.Feeds(read_side, clock.now),
        imports=imports.Imports(
            _runner(worker, read_side),
            read_side,
            clock.IdMaker(clock.now, clock.RandomPool()),
            budget,
        ),
        live=worker.live,
        open_proposals=worker.commands.open_proposals,
        metrics=counted,
        read_side=read_side,
        vitals=Vitals(
            worker.log,
            worker.keeper,
            worker.signed_ledger.alarms,
            worker.row.tally,
            clock.now,
            _full_disk(worker.settings),
        ),
        granting=_granting(worker, budget),
        write=write.WriteSteps(
            RequestReader(worker.settings.body_limit, budget),
            worker.commands,
            WriteAnswers(read_side, worker.signed_ledger, clock.now),
            Proposer(worker.commands),
            reviewer,
            Proposals(reviewer, worker.commands.pasts),
        ),
    )


def _granting(worker: Worker, budget: BodyBudget) -> grant.Granting:
    sign_in = SignIn(worker.access, worker.log, worker.keeper.end_session)
    parts = (_registry(worker), budget, worker.row, sign_in, worker.signed_ledger)
    return grant.Granting(*parts, worker.identity)


def _registry(worker: Worker) -> Registry:
    return Registry(
        worker.commands,
        worker.read_model,
        worker.progress,
        clock.IdMaker(clock.now, clock.RandomPool()),
        clock.now,
        lambda: worker.signed_ledger.heads.alarms,
    )


def _runner(worker: Worker, read_side: ReadSide) -> ImportRunner:
    folders = ImportFolders(worker.settings.data_dir)
    worker.keeper.forget.append(folders.forget)
    parts = (worker.commands, read_side, worker.access, clock.now)
    runner = ImportRunner(folders, partial(ServiceTarget, *parts), clock.now)
    runner.take_up()
    worker.on_end.append(runner.end)
    return runner


def _answer_cache(worker: Worker) -> AnswerCache:
    cache = AnswerCache(worker.read_model)
    worker.progress.on_folded.append(cache.moved)
    worker.progress.on_folded.append(partial(keep_true, worker.read_model))
    worker.progress.on_reset.append(lambda _: cache.forget())
    worker.keeper.forget.append(cache.forget)
    return cache


def _full_disk(settings: Settings) -> Callable[[], str | None]:
    """Returns what checks whether the disk of the bundled log is full; a server of the user's own
    reports that itself."""
    return (lambda: None) if settings.redis_url else partial(full_disk, settings.data_dir)


def run_service(settings: Settings) -> int:
    """Run the service until it is told to stop: see `service.processes.foreground`."""
    routes()  # before workers are forked
    return foreground.run_in_foreground(settings, create_app)
