//! The page *Link Users*.

use leptos::prelude::*;
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId, ProfileId};
use synchronizer_domain::lists::{LinkedPlaces, ListPerson, PeoplePage, Proposal};
use synchronizer_domain::usecases::{LinkUsersView, ListSide, PersonalLink};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// Both lists and the linked users.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/view", output = Output)]
pub async fn link_users(profile: ProfileId) -> Result<LinkUsersView, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.view(&actor, profile).await)
}

/// A part of a whole list.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/people", output = Output)]
pub async fn list_people(
    profile: ProfileId,
    side: ListSide,
    from: u32,
) -> Result<PeoplePage, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.people(&actor, profile, side, from).await)
}

/// Who of a list is linked.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/linked", output = Output)]
pub async fn linked_people(profile: ProfileId, side: ListSide) -> Result<LinkedPlaces, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.linked(&actor, profile, side).await)
}

/// The first people of a list that a search finds.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused, internal.
#[server(prefix = "/api", endpoint = "linking/search", output = Output)]
pub async fn search_people(
    profile: ProfileId,
    side: ListSide,
    query: String,
) -> Result<Vec<ListPerson>, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.search(&actor, profile, side, query).await)
}

/// Calendar users who probably belong to a CRM user.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/proposals", output = Output)]
pub async fn propose(profile: ProfileId, crm: AssociateId) -> Result<Vec<Proposal>, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.proposals(&actor, profile, crm).await)
}

/// Has one list read anew.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused, internal.
#[server(prefix = "/api", endpoint = "linking/refresh", output = Output)]
pub async fn refresh_list(profile: ProfileId, side: ListSide) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.refresh(&actor, profile, side).await)
}

/// Links a pair and sends the mail.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused (linked already, retired, no e-mail), internal.
#[server(prefix = "/api", endpoint = "linking/link", output = Output)]
pub async fn link_pair(
    profile: ProfileId,
    crm: AssociateId,
    calendar: CalendarUserId,
) -> Result<LinkId, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.link(&actor, profile, crm, calendar).await)
}

/// Sends a further invitation.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused, internal.
#[server(prefix = "/api", endpoint = "linking/resend", output = Output)]
pub async fn resend_invitation(link: LinkId) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.resend(&actor, link).await)
}

/// Mints a further invitation without a mail; its address is shown once.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused, internal.
#[server(prefix = "/api", endpoint = "linking/copy-link", output = Output)]
pub async fn copy_personal_link(link: LinkId) -> Result<PersonalLink, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.linking.copy_link(&actor, link).await)
}
