//! Tables of links over all profiles, or one.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::TenantId;
use synchronizer_domain::link::{GrantFact, LinkFacts, LinkState, derive_status};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::Actor;
use synchronizer_domain::status::{
    LINKS_PAGE, LinksQuery, LinksView, MAX_QUERY, Picked, Status, state_since,
};
use synchronizer_domain::text::{clean, fold_name};
use synchronizer_domain::usecases::{InvitationStatus, LinkRow, UseCaseResult};
use synchronizer_storage::{
    LinkFilter, ListedLink, MailedInvitation, Slice, StateFilter, UnitOfWork,
};

use crate::Core;
use crate::failure::FaultResult;

/// Rows of a file that are read at a time.
const CHUNK: u32 = 1_000;

#[async_trait]
impl Status for Core {
    async fn links(&self, actor: &Actor, query: LinksQuery) -> UseCaseResult<LinksView> {
        allow(actor, Action::ReadTenant)?;
        if let Some(profile) = query.profile {
            self.own_profile(actor, profile).await?;
        }
        self.links_view(actor.tenant, query)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn matching(&self, actor: &Actor, query: LinksQuery) -> UseCaseResult<Vec<Picked>> {
        let all = self.export_links(actor, query).await?;
        Ok(all.iter().map(|(_, row)| row.into()).collect())
    }
}

impl Core {
    /// Everything that a query finds, for a file: each row with the name of its profile.
    ///
    /// # Errors
    /// Forbidden, not found, internal.
    pub async fn export_links(
        &self,
        actor: &Actor,
        query: LinksQuery,
    ) -> UseCaseResult<Vec<(String, LinkRow)>> {
        allow(actor, Action::ReadTenant)?;
        if let Some(profile) = query.profile {
            self.own_profile(actor, profile).await?;
        }
        self.all_links(actor.tenant, &understood(query))
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn links_view(&self, tenant: TenantId, query: LinksQuery) -> FaultResult<LinksView> {
        let mut query = understood(query);
        let filter = filter(&query, self.unanswered_before());
        let mut unit = self.storage.read().await?;
        let counts = unit.count_links(tenant, &filter).await?;
        let total = of_state(&counts, filter.state);
        query.page = query.page.min(total.div_ceil(LINKS_PAGE).max(1) - 1);
        let slice = slice(&query, query.page.saturating_mul(LINKS_PAGE), LINKS_PAGE);
        let rows = self.rows(&mut *unit, tenant, &filter, slice).await?;
        let place = LinkFilter {
            profile: query.profile,
            ..LinkFilter::default()
        };
        let everybody = unit.count_links(tenant, &place).await?;
        let profiles = unit.profiles(tenant).await?;
        Ok(LinksView {
            rows,
            total,
            counts,
            living: of_state(&everybody, StateFilter::Living),
            any: !everybody.is_empty(),
            profiles: profiles
                .into_iter()
                .map(|profile| (profile.id, profile.name))
                .collect(),
            query,
        })
    }

    async fn all_links(
        &self,
        tenant: TenantId,
        query: &LinksQuery,
    ) -> FaultResult<Vec<(String, LinkRow)>> {
        let filter = filter(query, self.unanswered_before());
        let mut unit = self.storage.read().await?;
        let profiles = unit.profiles(tenant).await?;
        let name = |row: &LinkRow| {
            let found = profiles.iter().find(|profile| profile.id == row.profile);
            found
                .map(|profile| profile.name.clone())
                .unwrap_or_default()
        };
        let mut all = Vec::new();
        loop {
            let offset = u32::try_from(all.len()).unwrap_or(u32::MAX);
            let slice = slice(query, offset, CHUNK);
            let rows = self.rows(&mut *unit, tenant, &filter, slice).await?;
            let more = rows.len() == CHUNK as usize;
            all.extend(rows.into_iter().map(|row| (name(&row), row)));
            if !more {
                return Ok(all);
            }
        }
    }

    async fn rows(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
        filter: &LinkFilter,
        slice: Slice,
    ) -> FaultResult<Vec<LinkRow>> {
        let ids = unit.list_links(tenant, filter, slice).await?;
        let found = unit.listed_links(tenant, &ids).await?;
        let now = self.now();
        Ok(found.into_iter().map(|one| row(one, now)).collect())
    }
}

/// What was typed, cut and cleaned.
fn understood(query: LinksQuery) -> LinksQuery {
    LinksQuery {
        text: clean(&query.text, MAX_QUERY),
        ..query
    }
}

/// What a table shows that was asked for this, on whatever page.
pub(crate) fn understood_filter(query: LinksQuery, unanswered_before: Timestamp) -> LinkFilter {
    filter(&understood(query), unanswered_before)
}

fn filter(query: &LinksQuery, unanswered_before: Timestamp) -> LinkFilter {
    let text = fold_name(&query.text);
    let words = text.split(' ').filter(|word| !word.is_empty());
    LinkFilter {
        profile: query.profile,
        system: query.system,
        state: match query.state {
            Some(state) => StateFilter::Only(state),
            None if query.deleted => StateFilter::All,
            None => StateFilter::Living,
        },
        words: words.map(str::to_owned).collect(),
        only: query.only.map(|kind| (kind, unanswered_before)),
    }
}

const fn slice(query: &LinksQuery, offset: u32, limit: u32) -> Slice {
    Slice {
        sort: query.sort,
        descending: query.descending,
        offset,
        limit,
    }
}

fn of_state(counts: &[(LinkState, u32)], wanted: StateFilter) -> u32 {
    let taken = counts.iter().filter(|(state, _)| match wanted {
        StateFilter::All => true,
        StateFilter::Living => *state != LinkState::Deleted,
        StateFilter::Only(only) => *state == only,
    });
    taken.map(|(_, count)| count).sum()
}

fn row(one: ListedLink, now: Timestamp) -> LinkRow {
    let status = derive_status(&one.facts);
    let rests = matches!(status.state, LinkState::Paused | LinkState::Deleted);
    LinkRow {
        id: one.link.id,
        status,
        invitation: one.invitation.map(|invitation| {
            let mut shown = shown(invitation, now);
            // A further mail that was withdrawn because its person had answered is no failure.
            if shown.mail == MailState::Failed && both_given(&one.facts) {
                shown.used_at = shown.used_at.or(one.granted_at);
            }
            shown
        }),
        created_at: one.link.created_at,
        checked_at: one.checked_at,
        profile: one.link.profile,
        system: one.system,
        since: state_since(&one.facts, one.granted_at, one.link.created_at),
        paused_by: one
            .facts
            .flags
            .paused_by
            .filter(|_| status.state == LinkState::Paused),
        next_at: one.next_at.filter(|_| !rests),
        gone: one.gone,
        sides: [one.facts.crm.into(), one.facts.calendar.into()],
        crm: one.link.crm,
        calendar: one.link.calendar,
    }
}

fn both_given(facts: &LinkFacts) -> bool {
    facts.crm == GrantFact::Good && facts.calendar == GrantFact::Good
}

fn shown(invitation: MailedInvitation, now: Timestamp) -> InvitationStatus {
    InvitationStatus {
        mail: invitation.mail,
        answer: if invitation.mail == MailState::Sent {
            String::new()
        } else {
            invitation.answer
        },
        at: invitation.at,
        opened_at: invitation.opened_at,
        used_at: invitation.used_at,
        expires_at: invitation.expires_at,
        expired: invitation.used_at.is_none() && invitation.expires_at <= now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Timestamp = Timestamp::from_secs(0);

    #[test]
    fn deleted_links_are_counted_when_they_are_asked_for() {
        let counts = [
            (LinkState::Invited, 3),
            (LinkState::Active, 4),
            (LinkState::Deleted, 5),
        ];
        let query = LinksQuery::default();
        for (query, expected) in [
            (query.clone(), 7),
            (query.with_deleted(true), 12),
            (query.with_state(Some(LinkState::Deleted)), 5),
            (query.with_state(Some(LinkState::Paused)), 0),
        ] {
            assert_eq!(of_state(&counts, filter(&query, NEVER).state), expected);
        }
    }

    #[test]
    fn a_search_is_folded_into_words() {
        let query = LinksQuery {
            text: "  Zoë\u{0}MÜLLER d’Amico, ".to_owned(),
            ..LinksQuery::default()
        };
        assert_eq!(
            filter(&understood(query), NEVER).words,
            ["zoe", "muller", "damico"]
        );
    }
}
