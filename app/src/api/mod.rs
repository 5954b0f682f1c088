//! Server functions: the data path of the portal. Each is a public endpoint that takes
//! the caller from the session, asks one use case and passes its answer on.

mod account;
mod bulk;
mod linking;
mod notices;
mod profiles;
mod session;
mod status;

pub use account::{
    AddAdministrator, AuditLog, EndOtherSignIns, EndSignIn, FindPeople, RemoveAdministrator,
    SaveAccount, ShowAccount, TestCrm, add_administrator, audit_log, end_other_sign_ins,
    end_sign_in, find_people, remove_administrator, save_account, show_account, test_crm,
};
pub use bulk::{
    ActOnLinks, CancelBatch, ImportPage, LinkImport, LinkSeveral, LinkSeveralView, NewestBatch,
    PreviewAction, act_on_links, cancel_batch, import_page, link_import, link_several,
    link_several_view, newest_batch, preview_action,
};
pub use linking::{
    CopyPersonalLink, LinkPair, LinkUsers, LinkedPeople, ListPeople, Propose, RefreshList,
    ResendInvitation, SearchPeople, copy_personal_link, link_pair, link_users, linked_people,
    list_people, propose, refresh_list, resend_invitation, search_people,
};
pub use notices::{
    DismissNotice, ListNotices, ResendAll, dismiss_notice, list_notices, resend_all,
};
pub use profiles::{
    ActOnProfile, AfterSave, CheckConsent, ConsentLink, CreateProfile, KeepTyped, ListProfiles,
    ProfileDetails, SaveCaldav, SaveDelegation, SaveExchange, SaveSettings, TestConnection,
    act_on_profile, check_consent, consent_link, create_profile, keep_typed, list_profiles,
    profile_details, save_caldav, save_delegation, save_exchange, save_settings, test_connection,
};
pub use session::{WhoAmI, who_am_i};
pub use status::{ListLinks, MatchingLinks, list_links, matching_links};

/// Registers every server function by name. The build's own registration does the same;
/// this is for platforms and tests where it does not run.
#[cfg(feature = "ssr")]
pub fn register_server_fns() {
    use leptos::server_fn::axum::register_explicit;

    register_explicit::<WhoAmI>();
    register_explicit::<ListProfiles>();
    register_explicit::<CreateProfile>();
    register_explicit::<ActOnProfile>();
    register_explicit::<KeepTyped>();
    register_explicit::<ConsentLink>();
    register_explicit::<CheckConsent>();
    register_explicit::<ProfileDetails>();
    register_explicit::<SaveCaldav>();
    register_explicit::<SaveDelegation>();
    register_explicit::<SaveExchange>();
    register_explicit::<SaveSettings>();
    register_explicit::<TestConnection>();
    register_explicit::<LinkUsers>();
    register_explicit::<ListPeople>();
    register_explicit::<LinkedPeople>();
    register_explicit::<SearchPeople>();
    register_explicit::<Propose>();
    register_explicit::<RefreshList>();
    register_explicit::<FindPeople>();
    register_explicit::<LinkPair>();
    register_explicit::<ResendInvitation>();
    register_explicit::<CopyPersonalLink>();
    register_explicit::<ActOnLinks>();
    register_explicit::<ShowAccount>();
    register_explicit::<SaveAccount>();
    register_explicit::<TestCrm>();
    register_explicit::<AddAdministrator>();
    register_explicit::<RemoveAdministrator>();
    register_explicit::<EndSignIn>();
    register_explicit::<EndOtherSignIns>();
    register_explicit::<AuditLog>();
    register_explicit::<LinkSeveralView>();
    register_explicit::<LinkSeveral>();
    register_explicit::<ImportPage>();
    register_explicit::<LinkImport>();
    register_explicit::<NewestBatch>();
    register_explicit::<PreviewAction>();
    register_explicit::<CancelBatch>();
    register_explicit::<ListLinks>();
    register_explicit::<MatchingLinks>();
    register_explicit::<ListNotices>();
    register_explicit::<DismissNotice>();
    register_explicit::<ResendAll>();
}
