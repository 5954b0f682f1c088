//! Günther is linked with a CalDAV server, and the form for his password is open.

use synchronizer_domain::link::LinkState;
use synchronizer_testkit::{Browser, Page, Radicale};
use tempfile::TempDir;

use super::{
    Api, GUENTHER, TestApp, TestOptions, at_superoffice, invitation_in, says, signed_up_admin,
};

/// Password of everybody at Radicale.
pub const PASSWORD: &str = "Planted-Passw0rd-41c7";

/// A Radicale with Günther's and Zoë's accounts, where one is installed.
pub async fn radicale() -> Option<(Radicale, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let users = [("guenther", PASSWORD), ("zoe", PASSWORD)];
    let server = Radicale::start(folder.path(), &users).await.unwrap()?;
    Some((server, folder))
}

/// A calendar for a user of Radicale; its address.
pub async fn make_calendar(server: &str, user: &str, name: &str) -> String {
    let body = format!(
        "<C:mkcalendar xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><set><prop>\
         <displayname>{name}</displayname></prop></set></C:mkcalendar>"
    );
    let address = format!("{server}{user}/{}/", name.to_lowercase());
    let answer = Browser::new()
        .client()
        .request("MKCALENDAR".parse().unwrap(), &address)
        .basic_auth(user, Some(PASSWORD))
        .header("content-type", "application/xml")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    address
}

/// A linked person in front of the CalDAV form.
pub struct CaldavStory {
    pub app: TestApp,
    pub admin: Browser,
    pub profile: String,
    pub link: String,
    pub person: Browser,
    pub form: Page,
}

impl CaldavStory {
    /// With this server in the profile. Only 127.0.0.1 may be reached.
    pub async fn start(server: &str) -> Self {
        let options = TestOptions {
            networks: vec!["127.0.0.1/32"],
            ..TestOptions::default()
        };
        Self::with(options, server).await
    }

    pub async fn with(options: TestOptions, server: &str) -> Self {
        let app = TestApp::with(options).await;
        let admin = signed_up_admin(&app).await;
        let api = Api {
            app: &app,
            browser: &admin,
        };
        let profile = api.caldav_profile(server, "Field team").await;
        let link = api.link(&profile, GUENTHER, GUENTHER).await;
        let mail = app.mail_to("guenther.oeztuerk@nordlicht.example").await;
        let person = Browser::new();
        let page = person.open(&invitation_in(&mail)).await.unwrap();
        let page = person.press(&page, "get started", &[]).await.unwrap();
        let page = person
            .press(&page, "Sign in with SuperOffice", &[])
            .await
            .unwrap();
        let form = at_superoffice(&person, page, GUENTHER).await;
        says(&form, 200, &["Step 2 of 2", "Your calendar account"]);
        Self {
            app,
            admin,
            profile,
            link,
            person,
            form,
        }
    }

    /// The administrator's calls.
    pub fn api(&self) -> Api<'_> {
        Api {
            app: &self.app,
            browser: &self.admin,
        }
    }

    /// Posts the form.
    pub async fn submit(&self, server: &str, username: &str, password: &str) -> Page {
        let fields = [
            ("server", server),
            ("username", username),
            ("password", password),
        ];
        self.person
            .press(&self.form, "Check and save", &fields)
            .await
            .unwrap()
    }

    /// Only the CRM half is stored, and the state is what it was.
    pub async fn expect_nothing_stored(&self) {
        assert_eq!(super::story::grants(&self.app).await.len(), 1);
        let row = self.api().row(&self.profile, &self.link).await;
        assert_eq!(row.status.state, LinkState::Partly, "{row:?}");
    }
}
