//! The behaviour every engine must show, told once.
//!
//! A case is a function that gets an empty, migrated database and panics when the engine
//! behaves otherwise. The list is the macro [`contract_cases!`](crate::contract_cases):
//! an implementation's tests expand it to one test per case and engine, and
//! [`ALL`] is expanded from it here. A case that is not listed is dead code and warned of.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "cases are tests: they fail by panicking"
)]

mod account;
mod activations;
mod attempts;
mod audit;
mod batches;
mod changes;
mod consents;
mod directory;
mod grants;
mod imports;
mod invitations;
mod jobs;
mod links;
mod list_reads;
mod notices;
mod outbox;
mod profiles;
mod races;
mod seals;
mod sessions;
mod status;
mod tenancy;
mod tenants;
mod tokens;
mod units;
mod world;

use std::pin::Pin;
use std::sync::Arc;

use crate::Storage;

/// What a case does; it panics when the engine breaks the contract.
pub type CaseFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A case: its name, `group::behaviour`, and the function.
pub type Case = (&'static str, fn(Arc<dyn Storage>) -> CaseFuture);

/// Hands the list of all cases to a macro, as `group { behaviour, … } …`.
#[macro_export]
macro_rules! contract_cases {
    ($callback:ident) => {
        $callback! {
            units {
                a_committed_unit_is_kept,
                a_dropped_unit_changed_nothing,
                a_unit_sees_its_own_changes_and_others_do_not,
                a_reading_unit_sees_one_state,
                a_reading_unit_cannot_write,
                a_refused_row_leaves_the_unit_usable,
                a_migrated_database_passes_the_check,
            }
            tenants {
                a_tenant_is_found_by_id_and_by_context,
                a_customer_signs_up_once_per_environment,
                a_tenant_is_suspended_and_resumed,
                the_crm_connection_is_replaced_as_a_whole,
                the_crm_connection_keeps_its_date_until_something_changes,
                the_host_of_a_customer_is_kept_beside_its_tenant,
                a_system_user_is_kept_replaced_and_forgotten,
            }
            seals {
                every_column_is_walked_and_sealed_anew,
                a_value_that_changed_meanwhile_stays,
                long_columns_are_walked_in_pieces,
            }
            profiles {
                profiles_are_listed_by_name,
                every_calendar_system_can_be_stored,
                a_profile_name_is_taken_whatever_its_case,
                finishing_stores_name_and_settings_and_makes_ready,
                finishing_under_a_taken_name_changes_nothing,
                a_directory_is_stored_with_its_secret,
                a_profile_can_be_renamed_but_not_to_a_taken_name,
                what_was_typed_is_kept_field_by_field_and_forgotten,
                a_stopped_profile_says_so_until_it_goes_on,
                a_deleted_profile_leaves_its_name_to_others,
                only_a_deleted_profile_is_erased_with_all_that_belongs_to_it,
            }
            directory {
                lists_are_none_before_the_first_read,
                crm_users_are_replaced_and_listed_by_name,
                calendar_users_are_replaced_and_listed_by_name,
                a_calendar_user_is_added_beside_the_others,
                an_empty_list_was_read_all_the_same,
                a_person_that_is_listed_twice_is_kept_once,
                lists_of_unknown_owners_are_not_kept,
                ten_thousand_people_are_replaced_at_once,
            }
            list_reads {
                pages_are_kept_in_their_order_with_the_place_where_the_list_goes_on,
                only_the_next_page_of_a_list_that_is_being_read_is_kept,
                a_list_begun_again_starts_empty_and_keeps_its_problem_until_it_ends,
                lists_are_stale_after_their_time_unless_somebody_just_tried,
            }
            links {
                a_link_is_read_back_as_it_was_added,
                links_of_a_profile_are_listed_newest_first,
                people_are_linked_while_their_link_lives,
                a_crm_user_has_one_live_link,
                a_calendar_user_has_one_live_link_per_system,
                a_deleted_link_gives_both_people_free,
                undeleting_conflicts_when_somebody_was_faster,
                every_cause_can_be_stored,
                flags_of_unknown_links_are_not_stored,
                a_deleted_link_is_erased_with_all_that_belongs_to_it,
                all_links_of_a_person_are_listed_newest_first,
                a_person_chooses_the_language_of_mails,
            }
            status {
                states_and_their_dates_are_those_of_the_domain,
                a_table_is_sorted_both_ways_and_read_in_parts,
                a_table_is_filtered_by_words_profile_and_system,
                a_listed_link_tells_of_its_mail_and_its_next_check,
            }
            notices {
                people_who_came_after_the_first_reading_are_new,
                linked_people_are_gone_until_they_are_back,
                nobody_is_gone_from_a_list_that_is_searched,
                invitations_are_unanswered_while_their_link_waits,
                a_dismissal_reaches_up_to_the_latest_that_was_seen,
            }
            grants {
                a_grant_is_read_back_as_it_was_put,
                a_second_grant_of_a_side_replaces_the_first,
                grants_are_listed_by_tenant_and_by_profile,
                a_secret_is_rotated_only_from_the_version_it_was_read_at,
                grants_of_links_that_were_deleted_long_ago_are_dropped,
                another_identity_leaves_the_version,
            }
            tokens {
                one_holds_the_lease_until_it_ends,
                a_failure_is_shared_and_keeps_the_token,
                a_newer_grant_makes_the_token_worthless,
                a_refusal_is_noted_once_and_ends_the_token,
                a_refusal_of_an_older_secret_changes_nothing,
                checks_are_dated_per_link,
                links_that_nobody_looks_after_are_found,
                a_revocation_waits_until_it_is_removed,
                an_alarm_is_raised_once_until_it_is_cleared,
                a_notice_to_the_operator_is_claimed_once,
            }
            consents {
                the_newest_answer_of_an_organisation_is_known,
                a_consent_link_is_found_by_its_secret_until_it_is_swept,
                an_erased_profile_leaves_no_consent_link,
                whom_a_calendar_system_let_through_is_known,
            }
            invitations {
                an_invitation_is_found_by_its_secret,
                a_secret_belongs_to_one_invitation,
                the_newest_invitation_of_a_link_may_be_a_copied_one,
                only_the_first_showing_is_noted,
                open_invitations_are_used_up_together,
            }
            activations {
                an_activation_belongs_to_its_browser,
                a_signup_belongs_to_its_browser_and_ends_once,
            }
            attempts {
                an_attempt_belongs_to_its_browser,
                an_attempt_is_taken_once,
                an_attempt_is_open_until_it_is_taken,
                what_ended_is_swept_and_the_rest_stays,
            }
            sessions {
                a_session_is_found_by_its_secret,
                a_session_is_touched_forwards_only,
                a_removed_session_is_gone,
                a_persons_sessions_are_listed_and_ended_together,
            }
            account {
                settings_have_defaults_until_they_are_stored,
                an_administrator_is_kept_once_with_what_is_newest,
            }
            outbox {
                a_mail_waits_with_its_rendered_form,
                a_sent_mail_is_wiped,
                a_mail_given_up_is_wiped,
                a_mail_to_be_tried_again_keeps_its_rendered_form,
                a_mail_that_ended_does_not_change,
                the_newest_mail_of_a_kind_is_dated,
                mails_of_a_profile_are_listed_newest_first,
                mails_that_ended_long_ago_are_swept_and_waiting_ones_stay,
            }
            jobs {
                due_jobs_are_claimed_oldest_first,
                only_the_asked_kinds_are_claimed,
                a_claimed_job_is_not_claimed_again_until_its_lease_ends,
                an_extended_lease_holds,
                only_the_newest_holder_may_end_a_job,
                a_job_is_open_once_per_kind_and_key,
                a_job_put_back_runs_later_and_counts_its_tries,
                a_job_that_repeats_begins_anew,
                a_waiting_job_is_brought_forward,
                a_failed_job_stays_closed,
                jobs_before_their_second_try_are_counted,
                the_next_job_is_due_when_it_can_be_claimed,
            }
            batches {
                a_batch_is_read_back_with_its_rows,
                an_open_batch_says_until_when_it_waits,
                rows_are_settled_once_and_counted,
                an_ended_batch_is_not_held_and_its_waiting_rows_are_cancelled,
                the_newest_batch_of_a_profile_is_found,
                batches_that_ended_long_ago_are_swept,
            }
            imports {
                an_import_is_read_back_as_it_was_added,
                of_a_profile_the_newest_imports_stay,
                old_imports_are_swept,
            }
            audit {
                the_newest_lines_come_first,
                lines_are_chosen_by_person_and_time,
                old_lines_are_swept,
            }
            changes {
                counters_grow_by_one,
            }
            tenancy {
                a_foreign_tenant_sees_no_crm_connection,
                a_foreign_tenant_reaches_no_profile,
                a_foreign_tenant_reaches_nothing_typed_and_no_approval,
                a_foreign_tenant_reaches_no_list_of_people,
                a_foreign_tenant_reaches_no_list_on_its_way,
                a_foreign_tenant_reaches_no_link,
                a_foreign_tenant_reaches_no_grant,
                a_foreign_tenant_reaches_no_token,
                a_foreign_tenant_hastens_no_job,
                a_foreign_tenant_reaches_no_revocation_and_no_alarm,
                a_foreign_tenant_reaches_no_invitation,
                a_foreign_tenant_reaches_no_mail,
                a_foreign_tenant_reaches_no_batch,
                a_foreign_tenant_reaches_no_import,
                a_foreign_tenant_reaches_no_notice,
                a_foreign_tenant_has_its_own_audit_log_and_counter,
                a_foreign_tenant_has_its_own_administrators_and_sessions,
                rows_cannot_refer_to_another_tenant,
                equal_people_and_names_of_two_tenants_do_not_collide,
            }
            races {
                of_two_links_of_one_crm_user_one_wins,
                of_two_links_of_one_calendar_user_one_wins,
                no_job_is_claimed_twice,
                an_answer_is_used_once,
                a_secret_is_rotated_once,
                tokens_are_leased_once,
                a_grant_is_refused_once,
                whoever_counts_first_sees_what_others_wrote,
                counters_lose_no_change,
                of_alarms_in_many_companies_one_is_the_first,
                a_notice_is_claimed_by_one,
            }
        }
    };
}

macro_rules! list {
    ($($group:ident { $($case:ident,)* })*) => {
        /// Every case.
        pub const ALL: &[Case] = &[$($((
            concat!(stringify!($group), "::", stringify!($case)),
            |storage| Box::pin($group::$case(storage)),
        ),)*)*];
    };
}

contract_cases!(list);
