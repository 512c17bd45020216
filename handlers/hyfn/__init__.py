"""The domain of the Hyfn Public API: plain functions named after its operations, no framework in sight."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.call import Handler, Json
from handlers.hyfn import agents, invoices, jobs, knowledge, work_items
from handlers.store.base import Record, Store

TITLE = "Hyfn Public API"
"""The `info.title` of the documents that these functions are written for."""

HANDLERS: dict[str, Handler] = {
    function.__name__: function
    for function in (
        agents.list_agents, agents.create_agent, agents.get_agent, agents.update_agent, agents.delete_agent,
        knowledge.list_knowledge_sources, knowledge.create_knowledge_source, knowledge.get_knowledge_source,
        knowledge.update_knowledge_source, knowledge.delete_knowledge_source,
        jobs.list_jobs, jobs.create_job, jobs.get_job, jobs.update_job, jobs.delete_job,
        work_items.list_work_items, work_items.create_work_item, work_items.get_work_item,
        work_items.update_work_item, work_items.delete_work_item,
        invoices.list_invoices, invoices.get_invoice,
    )
}  # fmt: skip
"""The functions by name: `listAgents` is answered by `list_agents`."""


@dataclass(frozen=True, slots=True)
class Entity:
    """What a table holds: the schema of what the API shows of a record, and how it is shown."""

    schema: str
    shown: Callable[[Store, Record], dict[str, Json]]


ENTITIES: dict[str, Entity] = {
    agents.TABLE: Entity("Agent", agents.shown),
    knowledge.TABLE: Entity("KnowledgeSource", knowledge.shown),
    jobs.TABLE: Entity("Job", jobs.shown),
    work_items.TABLE: Entity("WorkItem", work_items.shown),
    invoices.TABLE: Entity("Invoice", invoices.settled),
    invoices.LINES: Entity("InvoiceLineItem", invoices.line_shown),
}
