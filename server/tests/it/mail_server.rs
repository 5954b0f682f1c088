//! A mail server that encrypts, wants a sign-in, and refuses it.

use std::time::Duration;

use synchronizer_domain::mail::MailState;
use synchronizer_domain::usecases::InvitationStatus;
use synchronizer_sandbox::{MAIL_AUTHORITY, MAIL_PASSWORD, MailSwitches, MailTls};
use synchronizer_testkit::Browser;

use crate::support::{
    Api, TestApp, TestOptions, ZOE, ZOE_MAIL, microsoft_profile, says, signed_up_admin,
};

/// A portal that signs in at the mail server, by this scheme and with this ending.
struct Scene {
    app: TestApp,
    admin: Browser,
    profile: String,
}

impl Scene {
    async fn open(scheme: &str, ending: &str, trusted: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("authority.pem");
        std::fs::write(&authority, MAIL_AUTHORITY).unwrap();
        let mut app = TestApp::with(TestOptions {
            extra_ca: trusted.then_some(authority),
            ..TestOptions::default()
        })
        .await;
        let server = app.sandbox.smtp_addr();
        let url = format!("{scheme}://sync%40nordlicht.example:{MAIL_PASSWORD}@{server}{ending}");
        app.config.smtp.url = url.into();
        app.restart().await;
        let admin = signed_up_admin(&app).await;
        let api = Api {
            app: &app,
            browser: &admin,
        };
        let profile = microsoft_profile(&api).await;
        Self {
            app,
            admin,
            profile,
        }
    }

    fn api(&self) -> Api<'_> {
        Api {
            app: &self.app,
            browser: &self.admin,
        }
    }

    fn rules(&self, tls: MailTls, password_refused: bool) {
        self.app.sandbox.control().set_mail(MailSwitches {
            tls,
            sign_in_required: true,
            password_refused,
        });
    }

    async fn invitation(&self, link: &str) -> InvitationStatus {
        self.api()
            .row(&self.profile, link)
            .await
            .invitation
            .unwrap()
    }

    /// The mail, once the server's answer to it stands beside the link.
    async fn answered(&self, link: &str) -> InvitationStatus {
        for _ in 0..400 {
            let invitation = self.invitation(link).await;
            if !invitation.answer.is_empty() {
                return invitation;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no answer: {:?}", self.invitation(link).await);
    }

    /// Lets the next try come.
    async fn until_sent(&self, link: &str) {
        for _ in 0..400 {
            if self.invitation(link).await.mail == MailState::Sent {
                return;
            }
            self.app.clock.advance(Duration::from_secs(30));
            self.app.core().wake.notify();
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the mail stays: {:?}", self.invitation(link).await);
    }
}

#[tokio::test]
async fn mails_go_out_encrypted_and_signed_in() {
    for (tls, scheme, ending) in [
        (MailTls::Starttls, "smtp", "?tls=required"),
        (MailTls::Starttls, "smtp", ""),
        (MailTls::Implicit, "smtps", ""),
        (MailTls::Off, "smtp", ""),
    ] {
        let scene = Scene::open(scheme, ending, true).await;
        scene.rules(tls, false);
        let link = scene.api().link(&scene.profile, ZOE, ZOE).await;
        let mail = scene.app.mail_to(ZOE_MAIL).await;
        scene.api().wait_for_sent(&scene.profile, &link).await;
        let header = |name: &str| {
            let found = mail.headers.iter().find(|header| header.name == name);
            found.map(|header| header.value.clone()).unwrap_or_default()
        };
        assert_eq!(header("Auto-Submitted"), "auto-generated", "{tls:?}");
        assert!(header("Reply-To").contains("it@nordlicht.example"));
    }
}

#[tokio::test]
async fn a_refused_password_is_shown_beside_the_link_and_mended_with_one_mail() {
    let scene = Scene::open("smtp", "", true).await;
    scene.rules(MailTls::Starttls, true);
    let link = scene.api().link(&scene.profile, ZOE, ZOE).await;
    let invitation = scene.answered(&link).await;
    assert_eq!(invitation.mail, MailState::Queued, "{invitation:?}");
    assert!(invitation.answer.contains("535"), "{invitation:?}");
    assert!(!invitation.answer.contains(MAIL_PASSWORD), "{invitation:?}");
    let address = format!("/profiles/{}/link-users", scene.profile);
    let page = scene.admin.open(&scene.app.url(&address)).await.unwrap();
    says(&page, 200, &["Mail waits to be sent", "535"]);
    assert!(scene.app.mails_to(ZOE_MAIL).is_empty());

    scene.rules(MailTls::Starttls, false);
    scene.until_sent(&link).await;
    // One logical mail: where the clock outran a lease, a second copy is the same one.
    let mails = scene.app.mails_to(ZOE_MAIL);
    assert!(
        mails
            .iter()
            .all(|mail| mail.message_id == mails[0].message_id)
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_said_and_no_password_is_sent() {
    let scene = Scene::open("smtps", "", false).await;
    scene.rules(MailTls::Implicit, false);
    let link = scene.api().link(&scene.profile, ZOE, ZOE).await;
    let invitation = scene.answered(&link).await;
    assert_eq!(invitation.mail, MailState::Queued, "{invitation:?}");
    assert!(invitation.answer.contains("certificate"), "{invitation:?}");
    let requests = scene.app.sandbox.control().requests();
    assert!(
        !requests.iter().any(|one| one.method == "AUTH"),
        "{requests:?}"
    );
}
