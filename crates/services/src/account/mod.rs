//! The pages *Account* and *Audit log*.

mod administrators;
mod audit_log;
mod crm;
mod view;

use async_trait::async_trait;
use synchronizer_domain::account::{
    Account, AccountInput, AccountView, AuditQuery, AuditView, TenantSettings,
};
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::error::{ErrorCode, FieldError, UseCaseError};
use synchronizer_domain::ids::{AssociateId, SessionId};
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::Actor;
use synchronizer_domain::text::is_email;
use synchronizer_domain::usecases::UseCaseResult;

use crate::Core;

#[async_trait]
impl Account for Core {
    async fn account(&self, actor: &Actor) -> UseCaseResult<AccountView> {
        allow(actor, Action::ManageAccount)?;
        let tenant = self.own_tenant(actor).await?;
        self.account_view(actor, tenant)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn save_account(&self, actor: &Actor, input: AccountInput) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageAccount).await?;
        let settings = checked(&input)?;
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.put_tenant_settings(actor.tenant, &settings).await?;
            let detail = serde_json::json!({ "mail_locale": settings.mail_locale });
            let subject = actor.tenant.to_string();
            self.audit(&mut *unit, actor, "account.saved", subject, detail)
                .await?;
            unit.bump_version(actor.tenant).await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))
    }

    async fn test_crm(&self, actor: &Actor) -> UseCaseResult<ConnectionReport> {
        let tenant = self.may_change(actor, Action::ManageAccount).await?;
        self.tried_crm(actor, &tenant)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn find_people(&self, actor: &Actor, text: String) -> UseCaseResult<Vec<CrmUser>> {
        allow(actor, Action::ManageAccount)?;
        self.people_like(actor.tenant, &text)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn add_administrator(&self, actor: &Actor, who: String) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageAccount).await?;
        self.let_administer(actor, &who).await
    }

    async fn remove_administrator(&self, actor: &Actor, who: AssociateId) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageAccount).await?;
        self.stop_administering(actor, &who).await
    }

    async fn end_sign_in(&self, actor: &Actor, sign_in: SessionId) -> UseCaseResult<()> {
        allow(actor, Action::SeeOwn)?;
        let ended = self.end_own(actor, sign_in).await;
        if ended.map_err(|fault| self.internal(fault))? {
            Ok(())
        } else {
            Err(UseCaseError::NotFound)
        }
    }

    async fn end_other_sign_ins(&self, actor: &Actor) -> UseCaseResult<()> {
        allow(actor, Action::SeeOwn)?;
        self.end_others(actor)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn audit_log(&self, actor: &Actor, query: AuditQuery) -> UseCaseResult<AuditView> {
        allow(actor, Action::ManageAccount)?;
        let tenant = self.own_tenant(actor).await?;
        self.audit_view(&tenant, query)
            .await
            .map_err(|fault| self.internal(fault))
    }
}

fn checked(input: &AccountInput) -> UseCaseResult<TenantSettings> {
    let mut fields = Vec::new();
    let contact_email = input.contact_email.trim().to_owned();
    if !contact_email.is_empty() && !is_email(&contact_email) {
        fields.push(FieldError::new("contact_email", ErrorCode::BadEmail));
    }
    match input.mail_locale.parse() {
        Ok(mail_locale) if fields.is_empty() => Ok(TenantSettings {
            contact_email,
            mail_locale,
        }),
        Ok(_) => Err(UseCaseError::Invalid { fields }),
        Err(_) => {
            fields.push(FieldError::new("mail_locale", ErrorCode::Required));
            Err(UseCaseError::Invalid { fields })
        }
    }
}
