//! A list to be filled in.

use std::collections::HashMap;

use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::Actor;
use synchronizer_domain::several::{plan, plan_asking};
use synchronizer_domain::text::fold_email;
use synchronizer_domain::usecases::UseCaseResult;

use crate::Core;

/// A line of it: how the list knows the CRM user, the calendar user with the same e-mail
/// where there is one, and the CRM user's name.
pub type TemplateLine = [String; 3];

impl Core {
    /// Everybody who can be linked.
    ///
    /// # Errors
    /// Forbidden, not found, internal.
    pub async fn import_template(
        &self,
        actor: &Actor,
        profile: ProfileId,
    ) -> UseCaseResult<Vec<TemplateLine>> {
        allow(actor, Action::ReadTenant)?;
        let profile = self.own_profile(actor, profile).await?;
        let everybody = self
            .everybody(&profile)
            .await
            .map_err(|fault| self.internal(fault))?;
        let plan = if profile.directory.is_searched() {
            plan_asking
        } else {
            plan
        };
        let plan = plan(&everybody.crm, &everybody.calendar, &everybody.taken);
        let mut calendars: HashMap<_, _> = plan
            .pairs
            .into_iter()
            .map(|pair| {
                (
                    pair.crm.id,
                    first(pair.calendar.email, pair.calendar.id.as_str()),
                )
            })
            .collect();
        let free: Vec<&CrmUser> = everybody
            .crm
            .iter()
            .filter(|user| user.active && !everybody.taken.crm.contains_key(&user.id))
            .collect();
        let mut emails: HashMap<String, u32> = HashMap::new();
        for user in everybody.crm.iter().filter(|user| user.active) {
            *emails.entry(fold_email(&user.email)).or_default() += 1;
        }
        let known_by = |user: &CrmUser| {
            let alone = emails.get(&fold_email(&user.email)) == Some(&1);
            first(
                if alone {
                    user.email.clone()
                } else {
                    String::new()
                },
                user.id.as_str(),
            )
        };
        Ok(free
            .into_iter()
            .map(|user| {
                let calendar = calendars.remove(&user.id).unwrap_or_default();
                [known_by(user), calendar, user.name.clone()]
            })
            .collect())
    }
}

fn first(one: String, other: &str) -> String {
    if one.is_empty() {
        other.to_owned()
    } else {
        one
    }
}
