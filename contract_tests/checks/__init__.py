"""The questions, one per file, in the order in which they are asked. A name is never changed once
published."""

from importlib import import_module

from contract_tests.check import Check

NAMES = (
    # What every answer has to be.
    "never_answers_with_a_server_error",
    "answers_with_a_documented_status",
    "media_type_is_documented",
    "body_fits_its_schema",
    "headers_fit_their_schema",
    "json_is_well_formed",
    "no_content_has_no_body",
    "write_only_properties_never_come_back",
    "tenant_property_names_the_caller",
    # What is allowed, and what is not.
    "valid_request_is_accepted",
    "boundary_is_accepted",
    "values_survive_the_round_trip",
    "violation_is_refused",
    "malformed_body_is_refused",
    "missing_body_is_refused",
    "undeclared_media_type_is_refused",
    # Created, read, listed.
    "create_answers_what_was_sent",
    "create_then_get_returns_it",
    "accepted_create_is_carried_out",
    "defaults_are_applied",
    "ids_are_unique",
    "taken_value_is_refused",
    "server_owned_properties_cannot_be_set",
    "location_leads_to_the_created_item",
    "idempotency_key_repeats_the_answer",
    "idempotency_key_refuses_another_body",
    "idempotency_key_is_per_organization",
    "get_is_safe",
    "head_matches_get",
    "unknown_id_is_not_found",
    "unknown_parent_is_not_found",
    "timestamps_tell_the_time",
    "etag_changes_with_the_item",
    "if_none_match_answers_304",
    "created_item_is_listed",
    "list_items_equal_their_get",
    "list_shows_the_update",
    "list_is_stable",
    "list_keeps_the_order_asked_for",
    "list_total_counts_the_items",
    "pages_partition_the_list",
    "page_is_no_longer_than_its_limit",
    "default_page_size_is_kept",
    "page_past_the_end_is_empty",
    "filters_select_exactly",
    "filters_take_several_values",
    "filters_combine",
    "search_finds_what_has_the_value",
    # Deleted.
    "deleted_is_gone",
    "deleted_cannot_be_updated",
    "deleted_leaves_the_list",
    "second_delete_is_stable",
    "delete_removes_one",
    # Updated.
    "update_is_applied",
    "update_answer_equals_next_get",
    "patch_keeps_the_rest",
    "empty_patch_changes_nothing",
    "put_replaces_the_item",
    "put_is_idempotent",
    "unchangeable_properties_stay",
    "writes_touch_one_item",
    "refused_write_changes_nothing",
    "matching_if_match_is_accepted",
    "stale_if_match_is_refused",
    "singleton_update_is_applied",
    # Acted upon.
    "action_answer_equals_next_get",
    "action_has_the_effect_of_its_name",
    "action_on_unknown_id_is_not_found",
    "action_touches_one_item",
    # Referred to.
    "items_stay_under_their_parent",
    "deleting_a_parent_leaves_no_orphan",
    "unknown_reference_is_refused",
    "foreign_reference_is_refused",
    # Who may do it.
    "missing_credential_is_refused",
    "wrong_credential_is_refused",
    "broken_credential_is_refused",
    "refused_caller_changes_nothing",
    "public_operation_answers_anyone",
    "other_organization_cannot_read",
    "other_organization_cannot_list",
    "other_organization_cannot_update",
    "other_organization_cannot_delete",
    "other_organization_cannot_act",
    "unknown_and_foreign_look_alike",
    # Methods.
    "undocumented_methods_are_refused",
    "allow_lists_the_documented_methods",
)


def load_checks() -> tuple[Check, ...]:
    """Every check, in order."""
    return tuple(import_module(f"contract_tests.checks.{name}").CHECK for name in NAMES)
