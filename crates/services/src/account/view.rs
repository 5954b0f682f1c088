//! What the page *Account* shows, and one's own sign-ins.

use synchronizer_domain::account::{
    AccountView, Administrator, CrmConnectionView, MailQueue, SignIn,
};
use synchronizer_domain::ids::{SessionId, TenantId};
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::Tenant;
use synchronizer_storage::{Admin, UnitOfWork};

use crate::Core;
use crate::failure::FaultResult;

impl Core {
    pub(super) async fn account_view(
        &self,
        actor: &Actor,
        tenant: Tenant,
    ) -> FaultResult<AccountView> {
        let mut unit = self.storage.read().await?;
        let connection = unit.crm_connection(tenant.id).await?;
        let system_user =
            self.superoffice.has_system_user() && unit.system_user(tenant.id).await?.is_some();
        let users = unit.crm_users(tenant.id).await?;
        let read_at = users.as_ref().map(|(_, at)| *at);
        let active = users.map(|(users, _)| users.iter().filter(|user| user.active).count());
        let crm = match connection {
            Some((held, _)) => CrmConnectionView {
                reads_as: held.name,
                connected: held.connected,
                since: Some(held.since),
                read_at,
                system_user,
            },
            None => CrmConnectionView {
                reads_as: String::new(),
                connected: false,
                since: None,
                read_at,
                system_user,
            },
        };
        let administrators = unit.admins(tenant.id).await?;
        Ok(AccountView {
            settings: unit.tenant_settings(tenant.id).await?,
            links: count(unit.live_links(tenant.id).await?.len()),
            crm_users: active.map(count),
            crm,
            administrators: administrators.into_iter().filter_map(shown).collect(),
            you: actor.associate.clone(),
            sign_ins: self.own_sign_ins(&mut *unit, actor).await?,
            mails: self.mail_queue(&mut *unit, tenant.id).await?,
            company: tenant.name,
            context: tenant.context.to_string(),
            state: tenant.state,
            since: tenant.created_at,
        })
    }

    /// Mails of the tenant that wait for their turn, and until when.
    pub(crate) async fn mail_queue(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
    ) -> FaultResult<MailQueue> {
        let pace = self.mail_pace(unit, tenant).await?;
        Ok(MailQueue {
            waiting: pace.waiting,
            seconds: (pace.waiting > 0).then(|| pace.seconds(0)),
        })
    }

    async fn own_sign_ins(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
    ) -> FaultResult<Vec<SignIn>> {
        let sessions = unit.sessions_of(actor.tenant, &actor.associate).await?;
        let now = self.now();
        Ok(sessions
            .into_iter()
            .filter(|session| !self.settings.sessions.is_over(session, now))
            .map(|session| SignIn {
                here: session.id == actor.session,
                id: session.id,
                device: session.device,
                since: session.created_at,
                seen_at: session.seen_at,
            })
            .collect())
    }

    /// Ends one of the person's own sign-ins; false when it is nobody's or somebody else's.
    pub(super) async fn end_own(&self, actor: &Actor, id: SessionId) -> FaultResult<bool> {
        let mut unit = self.storage.write().await?;
        let own = unit.sessions_of(actor.tenant, &actor.associate).await?;
        if !own.iter().any(|session| session.id == id) {
            return Ok(false);
        }
        unit.remove_session(id).await?;
        let subject = actor.associate.to_string();
        let detail = serde_json::json!({});
        self.audit(&mut *unit, actor, "session.ended", subject, detail)
            .await?;
        unit.commit().await?;
        Ok(true)
    }

    pub(super) async fn end_others(&self, actor: &Actor) -> FaultResult<()> {
        let mut unit = self.storage.write().await?;
        let ended = unit
            .remove_sessions_of(actor.tenant, &actor.associate, Some(actor.session))
            .await?;
        let subject = actor.associate.to_string();
        let detail = serde_json::json!({ "ended": ended });
        self.audit(
            &mut *unit,
            actor,
            "session.ended_everywhere",
            subject,
            detail,
        )
        .await?;
        unit.commit().await?;
        Ok(())
    }
}

fn shown(admin: Admin) -> Option<Administrator> {
    admin.removed_at.is_none().then_some(Administrator {
        associate: admin.associate,
        name: admin.name,
        email: admin.email,
        from_crm: admin.from_crm,
        added_by: admin.added_by,
        signed_in_at: admin.signed_in_at,
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
