//! Zoë is linked with Microsoft 365, and her mail is there.

use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::usecases::LinkRow;
use synchronizer_storage::Grant;
use synchronizer_testkit::{Browser, Page};

use super::{
    ADMIN, Api, TestApp, TestOptions, ZOE, ZOE_MAIL, at_microsoft, at_superoffice, invitation_in,
    sign_in, signed_up_admin,
};

/// A ready Microsoft profile.
pub async fn microsoft_profile(api: &Api<'_>) -> String {
    microsoft_profile_of(api, ADMIN).await
}

/// A ready Microsoft profile whose directory this account reads.
pub async fn microsoft_profile_of(api: &Api<'_>, account: &str) -> String {
    let profile = api.create_profile("microsoft365").await;
    let systems = api.app.url(&format!("/profiles/{profile}/systems"));
    let page = api.browser.open(&systems).await.unwrap();
    let page = api
        .browser
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(api.browser, page, account).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let report: ConnectionReport = api.ok("profiles/test", &[("profile", &profile)]).await;
    assert!(report.passed(), "{report:?}");
    api.finish_profile(&profile, "Oslo and Bergen").await;
    profile
}

/// A linked person who has not begun yet.
pub struct Story {
    pub app: TestApp,
    pub admin: Browser,
    pub profile: String,
    pub link: String,
    /// The address in the mail.
    pub invitation: String,
}

impl Story {
    pub async fn start() -> Self {
        Self::with(TestOptions::default()).await
    }

    pub async fn with(options: TestOptions) -> Self {
        let app = TestApp::with(options).await;
        let admin = signed_up_admin(&app).await;
        let api = Api {
            app: &app,
            browser: &admin,
        };
        let profile = microsoft_profile(&api).await;
        let link = api.link(&profile, ZOE, ZOE).await;
        let invitation = invitation_in(&app.mail_to(ZOE_MAIL).await);
        // From here on nothing changes by itself.
        api.wait_for_sent(&profile, &link).await;
        Self {
            app,
            admin,
            profile,
            link,
            invitation,
        }
    }

    /// The administrator's calls.
    pub fn api(&self) -> Api<'_> {
        Api {
            app: &self.app,
            browser: &self.admin,
        }
    }

    /// The first step, opened from the mail.
    pub async fn begin(&self, person: &Browser) -> Page {
        let page = person.open(&self.invitation).await.unwrap();
        let page = person.press(&page, "get started", &[]).await.unwrap();
        says(&page, 200, &["Sign in with SuperOffice"]);
        page
    }

    /// SuperOffice's sign-in page, opened from the mail.
    pub async fn at_sign_in(&self, person: &Browser) -> Page {
        let page = self.begin(person).await;
        person
            .press(&page, "Sign in with SuperOffice", &[])
            .await
            .unwrap()
    }

    /// The second step, after the right person signed in to SuperOffice.
    pub async fn second_step(&self, person: &Browser) -> Page {
        let page = self.at_sign_in(person).await;
        let page = at_superoffice(person, page, ZOE).await;
        says(&page, 200, &["Step 2 of 2"]);
        page
    }

    /// The link's row says this state now, and this cause or none.
    pub async fn expect(&self, state: &str, cause: Option<&str>) {
        let row = self.row().await;
        let shown = row.status.cause.map(|status| status.cause.word());
        assert_eq!((row.status.state.word(), shown), (state, cause), "{row:?}");
    }

    /// The link as the administrator sees it.
    pub async fn row(&self) -> LinkRow {
        self.api().row(&self.profile, &self.link).await
    }

    /// The administrator signs in anew, after a time in which a sign-in ends.
    pub async fn sign_in_again(&self) {
        sign_in(&self.app, &self.admin, ADMIN).await;
    }

    /// What the person's row on the administrator's page says, as text.
    pub async fn row_text(&self) -> String {
        let address = format!("/profiles/{}/link-users", self.profile);
        let mut page = self.admin.open(&self.app.url(&address)).await.unwrap();
        let row = page.html.split("<tr").find(|row| row.contains("<b>Zoë M"));
        page.html = row
            .unwrap_or_else(|| panic!("no row: {}", page.text()))
            .to_owned();
        page.text()
    }

    /// Everything that was granted, in all companies.
    pub async fn grants(&self) -> Vec<Grant> {
        grants(&self.app).await
    }

    /// Goes the whole way with the mail's address in a fresh browser, to the active link.
    pub async fn finish(&self) -> Browser {
        let person = Browser::new();
        let page = person.open(&self.invitation).await.unwrap();
        let page = person.press(&page, "get started", &[]).await.unwrap();
        let page = if page.text().contains("Step 1 of 2") {
            let page = person
                .press(&page, "Sign in with SuperOffice", &[])
                .await
                .unwrap();
            at_superoffice(&person, page, ZOE).await
        } else {
            page
        };
        let page = person
            .press(&page, "Sign in with Microsoft", &[])
            .await
            .unwrap();
        let page = at_microsoft(&person, page, ZOE).await;
        says(&page, 200, &["Your calendar is linked"]);
        let row = self
            .api()
            .wait_for_state(&self.profile, &self.link, "active")
            .await;
        assert_eq!(row.status.cause, None);
        person
    }
}

/// Everything that was granted, in all companies.
pub async fn grants(app: &TestApp) -> Vec<Grant> {
    let mut unit = app.core().storage.read().await.unwrap();
    let mut all = Vec::new();
    for (tenant, _) in unit.versions().await.unwrap() {
        all.extend(unit.grants(tenant, None).await.unwrap());
    }
    all
}

/// A page has this status and all these texts.
#[track_caller]
pub fn says(page: &Page, status: u16, texts: &[&str]) {
    let shown = page.text();
    assert_eq!(page.status, status, "{} {shown}", page.url);
    for text in texts {
        assert!(
            shown.contains(text),
            "“{text}” is not on {}:\n{shown}",
            page.url
        );
    }
}
