//! Who may administer a company here. The CRM's word makes an administrator at every
//! sign-in; colleagues may add further people, and take it back from anybody but the last.

use std::time::Duration;

use synchronizer_domain::account::MAX_SEARCH;
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AssociateId, TenantId};
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::{CrmIdentity, Tenant};
use synchronizer_domain::text::{clean, fold_email, fold_name};
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{Admin, ListKey, StorageError};

use crate::Core;
use crate::failure::FaultResult;
use crate::lists::ListState;

/// People proposed at a time.
const PROPOSED: usize = 20;
/// Nobody waits for a list any longer; it is read on in the background.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often one who waits looks.
const LOOK: Duration = Duration::from_millis(50);

/// Whether a person administers: what was decided here outranks the CRM.
fn administers(known: Option<&Admin>, crm_says: bool) -> bool {
    match known {
        Some(admin) if admin.removed_at.is_some() => false,
        Some(admin) if !admin.from_crm => true,
        _ => crm_says,
    }
}

/// The one person with this e-mail or whole name.
fn the_one(users: &[CrmUser], typed: &str) -> Result<CrmUser, ErrorCode> {
    let (email, name) = (fold_email(typed), fold_name(typed));
    let fits = |user: &&CrmUser| {
        user.active
            && (fold_email(&user.email) == email
                || (!name.is_empty() && fold_name(&user.name) == name))
    };
    let mut found = users.iter().filter(fits);
    let value = typed.to_owned();
    match (found.next(), found.next()) {
        (None, _) => Err(ErrorCode::NobodyFound { value }),
        (Some(user), None) => Ok(user.clone()),
        (Some(_), Some(_)) => Err(ErrorCode::SeveralFound { value }),
    }
}

impl Core {
    /// Whether a person who proved an identity administers the tenant.
    pub(crate) async fn may_administer(
        &self,
        tenant: &Tenant,
        who: &CrmIdentity,
    ) -> FaultResult<bool> {
        let known = self.storage.read().await?.admins(tenant.id).await?;
        let known = known.iter().find(|admin| admin.associate == who.associate);
        Ok(administers(known, who.is_admin))
    }

    /// The same, and keeps the list up to date with what the sign-in told.
    pub(crate) async fn admit(&self, tenant: &Tenant, who: &CrmIdentity) -> FaultResult<bool> {
        let mut unit = self.storage.write().await?;
        let known = unit.admins(tenant.id).await?;
        let known = known
            .into_iter()
            .find(|admin| admin.associate == who.associate);
        let admitted = administers(known.as_ref(), who.is_admin);
        let from_crm = known.as_ref().is_none_or(|admin| admin.from_crm);
        if admitted {
            let admin = Admin {
                associate: who.associate.clone(),
                name: who.name.clone(),
                email: who.email.clone(),
                from_crm,
                added_by: known.map(|admin| admin.added_by).unwrap_or_default(),
                signed_in_at: Some(self.now()),
                removed_at: None,
            };
            unit.put_admin(tenant.id, &admin).await?;
        } else if known.is_some_and(|admin| admin.removed_at.is_none()) {
            // The CRM took the role back.
            unit.forget_admin(tenant.id, &who.associate).await?;
        }
        unit.commit().await?;
        Ok(admitted)
    }

    /// Active CRM users with this text in their name or e-mail.
    pub(super) async fn people_like(
        &self,
        tenant: TenantId,
        text: &str,
    ) -> FaultResult<Vec<CrmUser>> {
        let text = clean(text, MAX_SEARCH);
        let (name, email) = (fold_name(&text), fold_email(&text));
        if name.is_empty() {
            return Ok(Vec::new());
        }
        let users = self.storage.read().await?.crm_users(tenant).await?;
        let users = users.map(|(users, _)| users).unwrap_or_default();
        let fits = |user: &CrmUser| {
            user.active
                && (fold_name(&user.name).contains(&name)
                    || fold_email(&user.email).contains(&email))
        };
        Ok(users.into_iter().filter(fits).take(PROPOSED).collect())
    }

    pub(super) async fn let_administer(&self, actor: &Actor, who: &str) -> UseCaseResult<()> {
        let typed = clean(who, MAX_SEARCH);
        if typed.is_empty() {
            return Err(UseCaseError::field("who", ErrorCode::Required));
        }
        let users = self.crm_users_for(actor.tenant).await?;
        let user = the_one(&users, &typed).map_err(|code| UseCaseError::field("who", code))?;
        let added = self
            .add_admin(actor, &user)
            .await
            .map_err(|fault| self.internal(fault))?;
        if added {
            Ok(())
        } else {
            let name = user.name;
            Err(UseCaseError::field(
                "who",
                ErrorCode::AlreadyAdministrator { name },
            ))
        }
    }

    /// The CRM's users. A list that was never read is asked for, and waited for a little.
    async fn crm_users_for(&self, tenant: TenantId) -> UseCaseResult<Vec<CrmUser>> {
        let patience = tokio::time::Instant::now() + PATIENCE;
        let mut asked = false;
        loop {
            let known = async {
                let mut unit = self.storage.read().await?;
                let users = unit.crm_users(tenant).await?;
                let read = unit.list_read(tenant, ListKey::Crm).await?;
                Ok::<_, StorageError>((users, read))
            };
            let (users, read) = known.await.map_err(|error| self.internal(error))?;
            if let Some((users, _)) = users {
                return Ok(users);
            }
            let state = ListState::of(read.as_ref(), self.now());
            if asked && let Some(reason) = state.problem {
                return Err(UseCaseError::refused(reason));
            }
            if tokio::time::Instant::now() > patience {
                return Err(UseCaseError::field("who", ErrorCode::ListBeingRead));
            }
            if !std::mem::replace(&mut asked, true) {
                let requested = self.request_list(tenant, ListKey::Crm).await;
                requested.map_err(|error| self.internal(error))?;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn add_admin(&self, actor: &Actor, user: &CrmUser) -> FaultResult<bool> {
        let mut unit = self.storage.write().await?;
        let known = unit.admins(actor.tenant).await?;
        let known = known.into_iter().find(|admin| admin.associate == user.id);
        if known
            .as_ref()
            .is_some_and(|admin| admin.removed_at.is_none())
        {
            return Ok(false);
        }
        let admin = Admin {
            associate: user.id.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            from_crm: false,
            added_by: actor.name.clone(),
            signed_in_at: known.and_then(|admin| admin.signed_in_at),
            removed_at: None,
        };
        unit.put_admin(actor.tenant, &admin).await?;
        let detail = serde_json::json!({ "name": user.name });
        self.audit(
            &mut *unit,
            actor,
            "admin.added",
            user.id.to_string(),
            detail,
        )
        .await?;
        unit.bump_version(actor.tenant).await?;
        unit.commit().await?;
        Ok(true)
    }

    pub(super) async fn stop_administering(
        &self,
        actor: &Actor,
        who: &AssociateId,
    ) -> UseCaseResult<()> {
        let outcome = self
            .remove_admin(actor, who)
            .await
            .map_err(|fault| self.internal(fault))?;
        outcome.map_err(|code| match code {
            Some(code) => UseCaseError::refused(code),
            None => UseCaseError::NotFound,
        })
    }

    /// The person's sign-ins end with it, so that nobody goes on with a role that is gone.
    async fn remove_admin(
        &self,
        actor: &Actor,
        who: &AssociateId,
    ) -> FaultResult<Result<(), Option<ErrorCode>>> {
        let mut unit = self.storage.write().await?;
        // First, so that two who remove each other wait for one another.
        unit.bump_version(actor.tenant).await?;
        let admins = unit.admins(actor.tenant).await?;
        let mut present = admins.iter().filter(|admin| admin.removed_at.is_none());
        let Some(admin) = present.clone().find(|admin| admin.associate == *who) else {
            return Ok(Err(None));
        };
        if present.all(|admin| admin.associate == *who) {
            return Ok(Err(Some(ErrorCode::LastAdministrator)));
        }
        let gone = Admin {
            removed_at: Some(self.now()),
            ..admin.clone()
        };
        unit.put_admin(actor.tenant, &gone).await?;
        unit.remove_sessions_of(actor.tenant, who, None).await?;
        let detail = serde_json::json!({ "name": gone.name });
        self.audit(&mut *unit, actor, "admin.removed", who.to_string(), detail)
            .await?;
        unit.commit().await?;
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::Timestamp;

    use super::*;

    fn admin(from_crm: bool, removed: bool) -> Admin {
        Admin {
            associate: AssociateId::new("7"),
            name: "Ada".to_owned(),
            email: String::new(),
            from_crm,
            added_by: String::new(),
            signed_in_at: None,
            removed_at: removed.then_some(Timestamp::from_secs(1)),
        }
    }

    #[test]
    fn what_colleagues_decided_outranks_the_crm() {
        for (known, crm_says, expected) in [
            (None, true, true),
            (None, false, false),
            (Some(admin(true, false)), true, true),
            (Some(admin(true, false)), false, false),
            (Some(admin(false, false)), false, true),
            (Some(admin(true, true)), true, false),
            (Some(admin(false, true)), true, false),
        ] {
            assert_eq!(
                administers(known.as_ref(), crm_says),
                expected,
                "{known:?} {crm_says}"
            );
        }
    }

    #[test]
    fn only_one_active_person_can_be_meant() {
        let user = |id: &str, name: &str, email: &str, active| CrmUser {
            id: AssociateId::new(id),
            name: name.to_owned(),
            email: email.to_owned(),
            active,
        };
        let users = [
            user("1", "Zoë Müller", "zoe@x.example", true),
            user("2", "Jan de Vries", "jan@x.example", true),
            user("3", "Jan de Vries", "jan2@x.example", true),
            user("4", "Old One", "old@x.example", false),
            user("5", "No Mail", "", true),
        ];
        let id = |typed: &str| the_one(&users, typed).map(|user| user.id.to_string());
        assert_eq!(id("ZOE@x.example"), Ok("1".to_owned()));
        assert_eq!(id("zoe muller"), Ok("1".to_owned()));
        assert_eq!(id("jan2@x.example"), Ok("3".to_owned()));
        assert!(matches!(
            id("Jan de Vries"),
            Err(ErrorCode::SeveralFound { .. })
        ));
        for nobody in ["old@x.example", "zoe", "…", "@"] {
            assert!(
                matches!(id(nobody), Err(ErrorCode::NobodyFound { .. })),
                "{nobody}"
            );
        }
    }
}
