//! The secrets of Google, of Exchange, of the CRM's system user and of the mail server are
//! in no log, not even at level TRACE, in no file of the database, on no page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_sandbox::{
    EXCHANGE_PASSWORD, ExchangeSwitches, MAIL_AUTHORITY, MAIL_PASSWORD, MAIL_USER, MailSwitches,
    MailTls, System,
};
use synchronizer_testkit::Browser;

use crate::support::{
    Api, BOXES, ExchangeStory, HAKON, Hunt, SERVICE, Story, TestApp, TestOptions, ZOE, ZOE_MAIL,
    at_google, at_superoffice, basic, google_profile, linked, says, signed_up_admin, tested,
};

const WRONG: &str = "Planted-Wr0ng-93e5";
const NOEL: (&str, &str) = ("Noël D’Amico", "noel.damico@nordlicht.example");
const ADMIN_MAIL: &str = "ingvild.saetre-holm@nordlicht.example";

/// A process that reads the CRM as its system user, and signs in at the mail server.
async fn portal() -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, MAIL_AUTHORITY).unwrap();
    let mut app = TestApp::with(TestOptions {
        system_user: true,
        extra_ca: Some(authority),
        ..TestOptions::process()
    })
    .await;
    let server = app.sandbox.smtp_addr();
    let user = MAIL_USER.replace('@', "%40");
    app.config.smtp.url = format!("smtp://{user}:{MAIL_PASSWORD}@{server}?tls=required").into();
    app.sandbox.control().set_mail(MailSwitches {
        tls: MailTls::Starttls,
        sign_in_required: true,
        password_refused: false,
    });
    app.restart().await;
    app
}

/// The mail server's password as it is written in an address and as it is sent.
fn add_mail_password(hunt: &mut Hunt) {
    hunt.add("mail password", MAIL_PASSWORD);
    let plain = format!("\0{MAIL_USER}\0{MAIL_PASSWORD}");
    hunt.add("mail password", &STANDARD.encode(plain));
    hunt.add("mail password", &STANDARD.encode(MAIL_PASSWORD));
}

/// Lines of a private key in PEM, from its middle.
fn add_private_key(hunt: &mut Hunt, pem: &str) {
    let lines: Vec<&str> = pem.lines().filter(|line| !line.contains("-----")).collect();
    assert!(lines.len() > 12, "this is no private key");
    for line in &lines[4..8] {
        hunt.add("private key", line);
    }
}

/// How often a stand-in was asked something, which must have been.
fn was_asked(app: &TestApp, system: System, part: &str) {
    let requests = app.sandbox.control().requests();
    let part = part.to_ascii_lowercase();
    assert!(
        requests.iter().any(|request| request.system == system
            && (request.path.to_ascii_lowercase().contains(&part)
                || request.method.eq_ignore_ascii_case(&part))),
        "{system:?} was not asked {part}"
    );
}

#[tokio::test]
async fn the_google_journeys_leak_nothing() {
    let app = portal().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let report: ConnectionReport = api.ok("account/test-crm", &[]).await;
    assert!(report.passed(), "{report:?}");

    // With a sign-in: somebody else, a box left empty, and at last as it should be.
    let profile = google_profile(&api).await;
    let story = linked(app, admin, profile, (ZOE, ZOE_MAIL)).await;
    let zoe = Browser::new();
    let mut page = story.second_step(&zoe).await;
    let step = page.url.clone();
    for (who, boxes, status) in [
        (HAKON, BOXES, 403),
        (ZOE, &BOXES[..1], 200),
        (ZOE, BOXES, 200),
    ] {
        let asked = zoe.press(&page, "Sign in with Google", &[]).await.unwrap();
        let answer = at_google(&zoe, asked, who, boxes).await;
        assert_eq!(answer.status, status, "{who} {}", answer.text());
        page = zoe.open(step.as_str()).await.unwrap();
    }
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;

    // With domain-wide delegation: the service account's private key.
    let Story { app, admin, .. } = story;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let key = app.sandbox.google_service_account();
    let profile = api.create_profile("google").await;
    let arguments = [
        ("profile", profile.as_str()),
        ("key", key.as_str()),
        ("admin", ADMIN_MAIL),
    ];
    let report: ConnectionReport = api.ok("profiles/save-delegation", &arguments).await;
    assert!(report.passed(), "{report:?}");
    api.finish_profile(&profile, "Delegated").await;
    let systems = app.url(&format!("/profiles/{profile}/systems"));
    says(&admin.open(&systems).await.unwrap(), 200, &[]);
    let story = linked(app, admin, profile, NOEL).await;
    let noel = Browser::new();
    let page = story.at_sign_in(&noel).await;
    let page = at_superoffice(&noel, page, NOEL.0).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;

    was_asked(&story.app, System::SuperOffice, "PartnerSystemUser");
    // Mails are taken only from who signed in.
    was_asked(&story.app, System::Mail, "DATA");
    let mut hunt = Hunt::of(&story.app, &[&story.admin, &zoe, &noel]);
    let account: serde_json::Value = serde_json::from_str(&key).unwrap();
    add_private_key(&mut hunt, account["private_key"].as_str().unwrap());
    add_private_key(&mut hunt, &story.app.sandbox.system_user_key());
    add_mail_password(&mut hunt);
    hunt.assert_nothing_leaked(&story.app);
}

#[tokio::test]
async fn the_exchange_journeys_leak_nothing() {
    let by = |ntlm: bool| ExchangeSwitches {
        basic_disabled: ntlm,
        ntlm_disabled: !ntlm,
        ..ExchangeSwitches::default()
    };
    for (ntlm, (name, email)) in [(true, (ZOE, ZOE_MAIL)), (false, NOEL)] {
        let app = portal().await;
        app.sandbox.control().set_exchange(by(ntlm));
        let scene = ExchangeStory::on(app, (name, email, email), false, |_| {});
        let story = scene.await;
        let refused = story.submit(email, WRONG).await;
        says(&refused, 422, &[]);
        assert!(!refused.html.contains(WRONG), "the password is on the page");
        let other = story.submit(SERVICE, EXCHANGE_PASSWORD).await;
        assert_eq!(other.status, 403, "{}", other.text());
        let done = story.submit(email, EXCHANGE_PASSWORD).await;
        says(&done, 200, &["Your calendar is linked"]);
        story
            .api()
            .wait_for_state(&story.profile, &story.link, "active")
            .await;
        // A service account that is refused, and one that opens everybody's calendar.
        let plain = [("password", WRONG)];
        assert!(!tested(&story.api(), &story.profile, &plain).await.passed());
        assert!(tested(&story.api(), &story.profile, &[]).await.passed());

        let mut hunt = Hunt::of(&story.app, &[&story.admin, &story.person]);
        add_mail_password(&mut hunt);
        add_private_key(&mut hunt, &story.app.sandbox.system_user_key());
        for password in [EXCHANGE_PASSWORD, WRONG] {
            hunt.add("password", password);
            for name in [SERVICE, email] {
                hunt.add("password", &basic(name, password));
            }
        }
        hunt.assert_nothing_leaked(&story.app);
        was_asked(&story.app, System::Exchange, "GetFolder");
    }
}
