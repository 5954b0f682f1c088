//! A calendar half that was refused later on, to its end: one mail, the broken half only,
//! active again. Microsoft's and SuperOffice's are in `keeping`.

use std::collections::BTreeMap;

use synchronizer_domain::usecases::LinkRow;
use synchronizer_sandbox::{CaughtMail, EXCHANGE_PASSWORD, ExchangeSwitches, System};
use synchronizer_testkit::{Browser, Page};

use crate::support::{
    Api, BOXES, CaldavStory, DAY, ExchangeStory, HOUR, PASSWORD, TestApp, ZOE, ZOE_MAIL, at_google,
    google_story, grants, invitation_in, make_calendar, radicale, says,
};

const GUENTHER_MAIL: &str = "guenther.oeztuerk@nordlicht.example";
const NEW_PASSWORD: &str = "Neu-seit-Montag-7";

/// A link in a portal, and whose it is.
struct Scene<'a> {
    app: &'a TestApp,
    api: Api<'a>,
    profile: &'a str,
    link: &'a str,
    person: &'a str,
}

impl Scene<'_> {
    async fn turns(&self, state: &str) -> LinkRow {
        let row = self.api.wait_for_state(self.profile, self.link, state);
        let row = row.await;
        self.app.settled().await;
        row
    }

    /// The keeper finds out that the calendar was refused; the one mail about it.
    async fn breaks(&self, cause: &str) -> CaughtMail {
        self.app.settled().await;
        self.app.clock.advance(HOUR);
        let row = self.turns("attention").await;
        let shown = row.status.cause.map(|found| found.cause.word());
        assert_eq!(shown, Some(cause), "{row:?}");
        let mut mails = self.app.wait_for_mails(self.person, 2).await;
        assert_eq!(mails.len(), 2);
        mails.remove(1)
    }

    /// For hours nothing is tried at the calendar, and nobody is mailed.
    async fn rests(&self, calendar: impl Fn() -> usize) {
        let before = calendar();
        // The administrator's session lasts eight.
        for _ in 0..5 {
            self.app.clock.advance(HOUR);
            self.app.settled().await;
        }
        assert_eq!(calendar(), before, "the refused half was tried again");
        assert_eq!(self.app.mails_to(self.person).len(), 2);
    }

    /// The step that the mail leads to, which asks for the calendar alone.
    async fn opened(&self, mail: &CaughtMail, browser: &Browser) -> Page {
        let page = browser.open(&invitation_in(mail)).await.unwrap();
        says(&page, 200, &["Please sign in again"]);
        let page = browser.press(&page, "Sign in again", &[]).await.unwrap();
        let text = page.text();
        assert_eq!(page.status, 200, "{text}");
        assert!(!text.contains("Sign in with SuperOffice"), "{text}");
        page
    }

    /// It works again, with both halves, and stays so without another word.
    async fn is_mended(&self, done: &Page) {
        says(done, 200, &["Your calendar is linked"]);
        let row = self.turns("active").await;
        assert_eq!(row.status.cause, None);
        assert_eq!(grants(self.app).await.len(), 2);
        for _ in 0..4 {
            self.app.clock.advance(DAY);
            self.app.settled().await;
        }
        assert_eq!(self.app.mails_to(self.person).len(), 2);
        let alarms = self.app.alarms().await;
        assert_eq!(alarms, []);
    }
}

#[tokio::test]
async fn a_google_account_that_withdrew_access_signs_in_again_sc_47() {
    let story = google_story().await;
    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    let page = zoe.press(&page, "Sign in with Google", &[]).await.unwrap();
    let page = at_google(&zoe, page, ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    let scene = Scene {
        app: &story.app,
        api: story.api(),
        profile: &story.profile,
        link: &story.link,
        person: ZOE_MAIL,
    };
    scene.turns("active").await;

    let control = story.app.sandbox.control();
    control.revoke_refresh(System::Google, ZOE_MAIL).unwrap();
    let mail = scene.breaks("calendar_refused").await;
    let text = mail.text.clone().unwrap();
    assert!(
        text.contains("Google") && !text.contains("SuperOffice CRM"),
        "{text}"
    );
    scene.rests(|| story.app.requests_to(System::Google)).await;

    let again = Browser::new();
    let page = scene.opened(&mail, &again).await;
    let asked = story.app.tokens_asked(System::Google, None);
    let page = again
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    assert_eq!(
        story.app.tokens_asked(System::Google, None),
        asked,
        "the dead token was tried"
    );
    let done = at_google(&again, page, ZOE, BOXES).await;
    scene.is_mended(&done).await;
}

#[tokio::test]
async fn a_password_that_was_changed_at_exchange_is_tried_once_and_typed_anew() {
    for ntlm in [false, true] {
        let switches = |passwords: &[(&str, &str)]| ExchangeSwitches {
            basic_disabled: ntlm,
            ntlm_disabled: !ntlm,
            passwords: passwords
                .iter()
                .map(|(who, password)| ((*who).to_owned(), (*password).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            ..ExchangeSwitches::default()
        };
        let story = ExchangeStory::with(ZOE, ZOE_MAIL, ZOE_MAIL, false, |app| {
            app.sandbox.control().set_exchange(switches(&[]));
        })
        .await;
        let done = story
            .submit("NORDLICHT\\zoe.mueller", EXCHANGE_PASSWORD)
            .await;
        says(&done, 200, &["Your calendar is linked"]);
        let scene = Scene {
            app: &story.app,
            api: story.api(),
            profile: &story.profile,
            link: &story.link,
            person: ZOE_MAIL,
        };
        scene.turns("active").await;

        let control = story.app.sandbox.control();
        control.set_exchange(switches(&[(ZOE_MAIL, NEW_PASSWORD)]));
        let mail = scene.breaks("password_refused").await;
        let text = mail.text.clone().unwrap();
        assert!(text.contains("refused the saved password"), "{text}");
        scene
            .rests(|| story.app.requests_to(System::Exchange))
            .await;
        assert_eq!(control.wrong_passwords(ZOE_MAIL), 1, "an account locks");

        let again = Browser::new();
        let form = scene.opened(&mail, &again).await;
        says(&form, 200, &["Your Exchange account"]);
        assert!(
            form.html.contains(&format!("value=\"{ZOE_MAIL}\"")),
            "{}",
            form.html
        );
        let typed = |password| {
            [
                ("username", "NORDLICHT\\zoe.mueller"),
                ("password", password),
            ]
        };
        let page = again
            .press(&form, "Check and save", &typed(EXCHANGE_PASSWORD))
            .await
            .unwrap();
        says(&page, 422, &["did not accept this user name and password"]);
        let done = again
            .press(&page, "Check and save", &typed(NEW_PASSWORD))
            .await
            .unwrap();
        scene.is_mended(&done).await;
        assert_eq!(control.wrong_passwords(ZOE_MAIL), 0);
    }
}

#[tokio::test]
async fn a_password_that_was_changed_at_a_caldav_server_is_typed_anew() {
    let Some((server, folder)) = radicale().await else {
        return;
    };
    make_calendar(server.url(), "guenther", "Work").await;
    let story = CaldavStory::start(server.url()).await;
    let done = story.submit(server.url(), "guenther", PASSWORD).await;
    says(&done, 200, &["Your calendar is linked"]);
    let scene = Scene {
        app: &story.app,
        api: story.api(),
        profile: &story.profile,
        link: &story.link,
        person: GUENTHER_MAIL,
    };
    scene.turns("active").await;

    let users = folder.path().join("users");
    let text = std::fs::read_to_string(&users).unwrap();
    std::fs::write(&users, text.replace(PASSWORD, NEW_PASSWORD)).unwrap();
    let mail = scene.breaks("password_refused").await;
    let text = mail.text.clone().unwrap();
    assert!(text.contains("refused the saved password"), "{text}");

    // Were the old password tried once more, it would be accepted, and the link mended.
    let changed = std::fs::read_to_string(&users).unwrap();
    std::fs::write(&users, changed.replace(NEW_PASSWORD, PASSWORD)).unwrap();
    scene.rests(|| 0).await;
    let row = scene.api.row(scene.profile, scene.link).await;
    assert_eq!(row.status.state.word(), "attention");
    std::fs::write(&users, changed).unwrap();

    let again = Browser::new();
    let form = scene.opened(&mail, &again).await;
    says(&form, 200, &["Your calendar account"]);
    let typed = |password| {
        [
            ("server", server.url()),
            ("username", "guenther"),
            ("password", password),
        ]
    };
    let page = again
        .press(&form, "Check and save", &typed(PASSWORD))
        .await
        .unwrap();
    says(&page, 422, &["did not accept this password"]);
    let done = again
        .press(&page, "Check and save", &typed(NEW_PASSWORD))
        .await
        .unwrap();
    scene.is_mended(&done).await;
}
