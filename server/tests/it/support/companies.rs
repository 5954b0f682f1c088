//! Everybody who may try something: nobody, a user, an administrator, another company's.

use synchronizer_domain::ids::BatchId;
use synchronizer_testkit::Browser;

use synchronizer_domain::account::AccountView;

use super::{ADMIN, Api, HAKON, Story, ZOE, sign_in, signed_up_foreign_admin};

/// Callers of all kinds beside the story's administrator.
pub struct Callers {
    pub story: Story,
    pub anonymous: Browser,
    /// Zoë, signed in to the portal; she is the linked person.
    pub user: Browser,
    pub foreign: Browser,
    /// A CalDAV profile of the story's company.
    pub caldav: String,
    /// Another sign-in of the story's administrator.
    pub sign_in: String,
    /// A draft for Google.
    pub google: String,
    /// A batch of that profile, which ended.
    pub batch: String,
    /// An Exchange profile of the story's company.
    pub exchange: String,
    /// A list of pairs for the story's profile.
    pub import: String,
}

impl Callers {
    pub async fn start() -> Self {
        let story = Story::start().await;
        let user = Browser::new();
        let page = sign_in(&story.app, &user, ZOE).await;
        assert_eq!(page.url.path(), "/me");
        let foreign = signed_up_foreign_admin(&story.app).await;
        let caldav = story
            .api()
            .caldav_profile("https://dav.nordlicht.example/", "Field team")
            .await;
        sign_in(&story.app, &Browser::new(), ADMIN).await;
        let account: AccountView = story.api().ok("account/view", &[]).await;
        let other = account.sign_ins.iter().find(|sign_in| !sign_in.here);
        let other = other.unwrap().id.to_string();
        let google = story.api().create_profile("google").await;
        let api = story.api();
        let nobody = [("profile", caldav.as_str()), ("pairs[0]", "0 nobody")];
        let batch: BatchId = api.ok("linking/link-several", &nobody).await;
        api.wait_for_batch(&caldav).await;
        let exchange = story.api().create_profile("exchange").await;
        let pair = format!("{HAKON};{HAKON}");
        let import = story.api().paste(&story.profile, &pair).await;
        // Both lists are read, so that nothing changes by looking.
        story.row().await;
        Self {
            story,
            anonymous: Browser::new(),
            user,
            foreign,
            caldav,
            sign_in: other,
            google,
            batch: batch.to_string(),
            exchange,
            import,
        }
    }

    pub fn api<'a>(&'a self, browser: &'a Browser) -> Api<'a> {
        Api {
            app: &self.story.app,
            browser,
        }
    }

    /// Everything that the story's administrator can see.
    pub async fn snapshot(&self) -> String {
        let api = self.story.api();
        let mut seen = api.call("profiles/list", &[]).await.text;
        for profile in [&self.story.profile, &self.caldav, &self.exchange] {
            for function in ["profiles/detail", "linking/view"] {
                seen += &api.call(function, &[("profile", profile)]).await.text;
            }
        }
        let mut unit = self.story.app.core().storage.read().await.unwrap();
        let mut versions = unit.versions().await.unwrap();
        versions.sort();
        format!(
            "{seen} {versions:?} {} mails",
            self.story.app.sandbox.mails().len()
        )
    }

    /// Puts this company's ids, or ids that nobody has, into the places of a text.
    pub fn fill(&self, text: &str, unknown: bool) -> String {
        const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";
        let own = |id: &str| {
            if unknown {
                NOBODYS.to_owned()
            } else {
                id.to_owned()
            }
        };
        text.replace("{profile}", &own(&self.story.profile))
            .replace("{caldav}", &own(&self.caldav))
            .replace("{google}", &own(&self.google))
            .replace(
                "{google_key}",
                &self.story.app.sandbox.google_service_account(),
            )
            .replace("{batch}", &own(&self.batch))
            .replace("{import}", &own(&self.import))
            .replace("{exchange}", &own(&self.exchange))
            .replace("{exchange-server}", self.story.app.sandbox.exchange_url())
            .replace("{link}", &own(&self.story.link))
            .replace("{sign_in}", &own(&self.sign_in))
    }
}
