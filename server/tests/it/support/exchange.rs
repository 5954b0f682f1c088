//! Profiles with the stand-in for Exchange.

use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::lists::ListPerson;
use synchronizer_sandbox::EXCHANGE_PASSWORD;
use synchronizer_testkit::{Browser, Page};

use super::{Api, TestApp, at_superoffice, invitation_in, says, signed_up_admin};

pub const SERVICE: &str = "svc-calendar@nordlicht.example";

/// What *Configure Systems* posts; later fields win.
pub async fn save_exchange(
    api: &Api<'_>,
    profile: &str,
    changes: &[(&str, &str)],
) -> super::api::Answer {
    let server = api.app.sandbox.exchange_url().to_owned();
    let mut arguments = vec![
        ("profile", profile),
        ("account", SERVICE),
        ("username", ""),
        ("password", EXCHANGE_PASSWORD),
        ("server", server.as_str()),
        ("then", "test"),
    ];
    for (name, value) in changes {
        arguments.retain(|(known, _)| known != name);
        arguments.push((name, value));
    }
    api.call("profiles/save-exchange", &arguments).await
}

/// Saves and tests, and returns the report.
pub async fn tested(api: &Api<'_>, profile: &str, changes: &[(&str, &str)]) -> ConnectionReport {
    let answer = save_exchange(api, profile, changes).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.read::<Option<ConnectionReport>>().expect("a report")
}

/// Searches the address book.
pub async fn find(api: &Api<'_>, profile: &str, query: &str) -> Vec<ListPerson> {
    api.ok("linking/search", &searching(profile, query)).await
}

/// The arguments of a search.
pub fn searching<'a>(profile: &'a str, query: &'a str) -> [(&'a str, &'a str); 3] {
    [("profile", profile), ("side", "calendar"), ("query", query)]
}

/// A person who is linked with the stand-in for Exchange and did the first half.
pub struct ExchangeStory {
    pub app: TestApp,
    pub admin: Browser,
    pub profile: String,
    pub link: String,
    pub person: Browser,
    /// What the person sees after the sign-in to SuperOffice.
    pub page: Page,
}

impl ExchangeStory {
    /// `crm` is the name of the person, `mailbox` the address that is linked.
    pub async fn start(crm: &str, email: &str, mailbox: &str, impersonation: bool) -> Self {
        Self::with(crm, email, mailbox, impersonation, |_| {}).await
    }

    /// `before` changes the sandbox before the person comes.
    pub async fn with(
        crm: &str,
        email: &str,
        mailbox: &str,
        impersonation: bool,
        before: impl FnOnce(&TestApp),
    ) -> Self {
        Self::on(
            TestApp::start().await,
            (crm, email, mailbox),
            impersonation,
            before,
        )
        .await
    }

    /// The same in a portal that runs already.
    pub async fn on(
        app: TestApp,
        (crm, email, mailbox): (&str, &str, &str),
        impersonation: bool,
        before: impl FnOnce(&TestApp),
    ) -> Self {
        let admin = signed_up_admin(&app).await;
        let api = Api {
            app: &app,
            browser: &admin,
        };
        let profile = api.create_profile("exchange").await;
        let changes: &[_] = if impersonation {
            &[("impersonation", "yes")]
        } else {
            &[]
        };
        let report = tested(&api, &profile, changes).await;
        assert!(report.passed(), "{report:?}");
        api.finish_profile(&profile, "Plant").await;
        let id = super::api::person(&api.people(&profile, "crm").await, crm)
            .key
            .clone();
        let arguments = [
            ("profile", profile.as_str()),
            ("crm", id.as_str()),
            ("calendar", mailbox),
        ];
        let link: synchronizer_domain::ids::LinkId = api.ok("linking/link", &arguments).await;
        let link = link.to_string();
        let mail = app.mail_to(email).await;
        before(&app);
        let person = Browser::new();
        let page = person.open(&invitation_in(&mail)).await.unwrap();
        let page = person.press(&page, "get started", &[]).await.unwrap();
        let page = person
            .press(&page, "Sign in with SuperOffice", &[])
            .await
            .unwrap();
        let page = at_superoffice(&person, page, crm).await;
        Self {
            app,
            admin,
            profile,
            link,
            person,
            page,
        }
    }

    pub fn api(&self) -> Api<'_> {
        Api {
            app: &self.app,
            browser: &self.admin,
        }
    }

    /// Posts the form for credentials.
    pub async fn submit(&self, username: &str, password: &str) -> Page {
        says(&self.page, 200, &["Step 2 of 2", "Your Exchange account"]);
        let fields = [("username", username), ("password", password)];
        self.person
            .press(&self.page, "Check and save", &fields)
            .await
            .unwrap()
    }
}
