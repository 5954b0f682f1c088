//! The account of the faked company.

use async_trait::async_trait;
use synchronizer_domain::Locale;
use synchronizer_domain::account::{
    Account, AccountInput, AccountView, Administrator, AuditLine, AuditQuery, AuditView,
    CrmConnectionView, MailQueue, SignIn, TenantSettings,
};
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AssociateId, SessionId};
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::TenantState;
use synchronizer_domain::usecases::{Profiles, UseCaseResult};

use super::fakes::{Company, NOW, not_for_users, profile};

fn administrator(id: &str, name: &str, from_crm: bool) -> Administrator {
    Administrator {
        associate: AssociateId::new(id),
        name: name.to_owned(),
        email: "a@nordlicht.example".to_owned(),
        from_crm,
        added_by: if from_crm { "" } else { "Ingvild <b>" }.to_owned(),
        signed_in_at: from_crm.then_some(NOW),
    }
}

#[async_trait]
impl Account for Company {
    async fn account(&self, actor: &Actor) -> UseCaseResult<AccountView> {
        not_for_users(actor)?;
        let mut administrators = vec![administrator("1", "Ingvild Sætre-Holm", true)];
        if !self.empty {
            administrators.push(administrator("2", "Håkon Nyström", false));
        }
        let sign_in = |id: SessionId, device: &str, here| SignIn {
            id,
            device: device.to_owned(),
            since: NOW,
            seen_at: NOW,
            here,
        };
        let other = "01890000-0000-7000-a000-000000000001".parse().unwrap();
        Ok(AccountView {
            company: "Nordlicht Consulting AS".to_owned(),
            context: "Cust10427".to_owned(),
            state: TenantState::Active,
            since: NOW,
            settings: TenantSettings {
                contact_email: "it@nordlicht.example".to_owned(),
                mail_locale: Locale::Nb,
            },
            links: 1_240,
            crm_users: Some(4_000),
            crm: CrmConnectionView {
                reads_as: "Ingvild Sætre-Holm".to_owned(),
                connected: true,
                since: Some(NOW),
                read_at: Some(NOW),
                system_user: false,
            },
            administrators,
            you: AssociateId::new("1"),
            sign_ins: vec![
                sign_in(actor.session, "Firefox, Linux", true),
                sign_in(other, "", false),
            ],
            mails: MailQueue {
                waiting: 312,
                seconds: Some(350),
            },
        })
    }

    async fn save_account(&self, _: &Actor, input: AccountInput) -> UseCaseResult<()> {
        if input.contact_email.contains('@') {
            Ok(())
        } else {
            Err(UseCaseError::field("contact_email", ErrorCode::BadEmail))
        }
    }

    async fn test_crm(&self, actor: &Actor) -> UseCaseResult<ConnectionReport> {
        self.test_connection(actor, profile(1)).await
    }

    async fn find_people(&self, _: &Actor, _: String) -> UseCaseResult<Vec<CrmUser>> {
        Ok(Vec::new())
    }

    async fn add_administrator(&self, _: &Actor, who: String) -> UseCaseResult<()> {
        let code = ErrorCode::NobodyFound { value: who };
        Err(UseCaseError::field("who", code))
    }

    async fn remove_administrator(&self, _: &Actor, _: AssociateId) -> UseCaseResult<()> {
        Err(UseCaseError::refused(ErrorCode::LastAdministrator))
    }

    async fn end_sign_in(&self, _: &Actor, _: SessionId) -> UseCaseResult<()> {
        Ok(())
    }

    async fn end_other_sign_ins(&self, _: &Actor) -> UseCaseResult<()> {
        Ok(())
    }

    async fn audit_log(&self, actor: &Actor, query: AuditQuery) -> UseCaseResult<AuditView> {
        not_for_users(actor)?;
        let line = |n: u32, action: &str, who: &str| AuditLine {
            id: format!("01890000-0000-7000-b000-{n:012}").parse().unwrap(),
            at: NOW,
            who: who.to_owned(),
            action: action.to_owned(),
            subject: "Zoë <i>Müller</i>".to_owned(),
        };
        let lines = if query.text == "nothing" {
            Vec::new()
        } else {
            vec![
                line(2, "link.created", "Ingvild Sætre-Holm"),
                line(1, "not.known", ""),
            ]
        };
        Ok(AuditView {
            next: lines.last().map(|line| line.id),
            query,
            lines,
            people: vec!["Ingvild Sætre-Holm".to_owned()],
            kept_days: Some(730),
        })
    }
}
