//! A Microsoft organisation approves once, before anybody is invited: in the wizard, or by a
//! link that was handed to the right person.

use std::time::Duration;

use synchronizer_domain::ErrorCode;
use synchronizer_domain::consent::{ConsentRefusal, ConsentView};
use synchronizer_domain::usecases::{DirectoryDetail, PersonalLink, ProfileDetail};
use synchronizer_sandbox::{ConsentMode, System};
use synchronizer_testkit::{Browser, Page};

use crate::support::{ADMIN, Api, Story, ZOE, at_microsoft, says};

const PLACE: &str = "nordlicht.example";
const OVER: &str = "This approval cannot be used";

impl Api<'_> {
    async fn approval(&self, profile: &str) -> ConsentView {
        let detail: ProfileDetail = self.ok("profiles/detail", &[("profile", profile)]).await;
        match detail.directory {
            DirectoryDetail::Microsoft { consent, .. } => consent,
            other => panic!("{other:?}"),
        }
    }

    /// A link for the organisation's administrator.
    async fn consent_link(&self, profile: &str) -> PersonalLink {
        self.ok("profiles/consent-link", &[("profile", profile)])
            .await
    }
}

impl Story {
    async fn approval(&self) -> ConsentView {
        self.api().approval(&self.profile).await
    }

    async fn refusal(&self) -> Option<ConsentRefusal> {
        self.approval()
            .await
            .answer
            .and_then(|answer| answer.refused)
    }

    /// The administrator at Microsoft, from the wizard.
    async fn approving(&self) -> Page {
        let systems = format!("/profiles/{}/systems", self.profile);
        let page = self.admin.open(&self.app.url(&systems)).await.unwrap();
        let page = self.admin.press(&page, "Approve", &[]).await.unwrap();
        says(&page, 200, &["Pick an account"]);
        page
    }

    /// Somebody with the link, at Microsoft.
    async fn stranger(&self) -> (Browser, Page) {
        let link = self.api().consent_link(&self.profile).await;
        let stranger = Browser::new();
        let page = stranger.open(&link.url).await.unwrap();
        let page = stranger.press(&page, "approve", &[]).await.unwrap();
        says(&page, 200, &["Pick an account"]);
        (stranger, page)
    }

    /// The address of an answer to a page at Microsoft.
    fn answer(&self, page: &Page, answer: &str) -> String {
        let mut query = page.url.query_pairs();
        let state = query.find(|(name, _)| name == "state").unwrap().1;
        self.app
            .url(&format!("/auth/microsoft/callback?state={state}&{answer}"))
    }

    async fn expect_untouched(&self) {
        let view = self.approval().await;
        assert_eq!(view.organisation.as_deref(), Some(PLACE));
        assert_eq!(view.answer, None);
    }
}

/// The organisation in the address of a page at Microsoft.
fn tid(page: &Page) -> String {
    page.url.path_segments().unwrap().next().unwrap().to_owned()
}

#[tokio::test]
async fn an_administrator_approves_in_the_wizard_and_nobody_is_stopped_sc_52() {
    let story = Story::start().await;
    let control = story.app.sandbox.control();
    control.set_microsoft_consent(ConsentMode::AdminApproval);
    story.expect_untouched().await;
    let page = story.approving().await;
    let page = at_microsoft(&story.admin, page, ADMIN).await;
    assert!(page.url.path().ends_with("/systems"), "{}", page.url);
    says(&page, 200, &["Approved for everybody of nordlicht.example"]);
    let answer = story.approval().await.answer.unwrap();
    assert_eq!((answer.by.as_str(), answer.refused), (ADMIN, None));
    // An ordinary person gets through, although the organisation is strict.
    story.finish().await;
}

#[tokio::test]
async fn a_link_is_enough_for_the_administrator_of_microsoft_and_looking_changes_nothing() {
    let story = Story::start().await;
    let link = story.api().consent_link(&story.profile).await;
    let stranger = Browser::new();
    for _ in 0..2 {
        let page = stranger.open(&link.url).await.unwrap();
        let asked = ["Nordlicht Consulting AS", "nordlicht.example", ADMIN];
        says(&page, 200, &asked);
        assert!(!page.html.contains("<script"), "{}", page.html);
    }
    story.expect_untouched().await;
    let page = stranger.open(&link.url).await.unwrap();
    let page = stranger.press(&page, "approve", &[]).await.unwrap();
    let page = at_microsoft(&stranger, page, ADMIN).await;
    says(&page, 200, &["nordlicht.example has approved"]);
    assert_eq!(story.refusal().await, None);
    assert!(story.approval().await.is_approved());
    // The link is of no use any more, and says so.
    let page = Browser::new().open(&link.url).await.unwrap();
    says(&page, 200, &["nordlicht.example has approved"]);
    assert!(!page.html.contains("<form"), "{}", page.html);
}

#[tokio::test]
async fn who_declines_or_may_not_approve_reads_what_to_do() {
    let story = Story::start().await;
    let (stranger, page) = story.stranger().await;
    let page = stranger.press(&page, ZOE, &[]).await.unwrap();
    let may_not = "That account may not approve";
    says(&page, 200, &["Nothing was approved", may_not]);
    assert_eq!(
        story.refusal().await,
        Some(ConsentRefusal::NotAdministrator)
    );
    let page = story.approving().await;
    let page = story.admin.press(&page, ADMIN, &[]).await.unwrap();
    let page = story.admin.press(&page, "Cancel", &[]).await.unwrap();
    says(&page, 200, &["The permissions were declined at Microsoft"]);
    assert_eq!(story.refusal().await, Some(ConsentRefusal::Declined));

    let page = story.approving().await;
    at_microsoft(&story.admin, page, ADMIN).await;
    assert!(story.approval().await.is_approved());
    // Declining later takes nothing back.
    let page = story.approving().await;
    let page = story.admin.press(&page, ADMIN, &[]).await.unwrap();
    story.admin.press(&page, "Cancel", &[]).await.unwrap();
    assert!(story.approval().await.is_approved());
}

#[tokio::test]
async fn a_yes_of_another_organisation_or_one_that_nobody_gave_approves_nothing() {
    let story = Story::start().await;
    let page = story.approving().await;
    let other = "admin_consent=True&tenant=7a1f0000-0000-4000-8000-0000000000ff";
    story.admin.open(&story.answer(&page, other)).await.unwrap();
    assert_eq!(
        story.refusal().await,
        Some(ConsentRefusal::OtherOrganisation)
    );
    // Errors outrank the yes that comes with them.
    let page = story.approving().await;
    let tenant = tid(&page);
    let both = format!(
        "admin_consent=True&tenant={tenant}&error=consent_required&error_description=AADSTS65004"
    );
    story.admin.open(&story.answer(&page, &both)).await.unwrap();
    assert_eq!(story.refusal().await, Some(ConsentRefusal::Declined));
    // An address that somebody typed: Microsoft's tokens know better.
    let (stranger, page) = story.stranger().await;
    let forged = format!("admin_consent=True&tenant={tenant}");
    let page = stranger.open(&story.answer(&page, &forged)).await.unwrap();
    says(&page, 200, &["does not let people of nordlicht.example"]);
    assert_eq!(story.refusal().await, Some(ConsentRefusal::NotInEffect));
}

#[tokio::test]
async fn an_answer_counts_once_in_time_and_in_the_browser_that_left() {
    let story = Story::start().await;
    let page = story.approving().await;
    let yes = story.answer(&page, &format!("admin_consent=True&tenant={}", tid(&page)));
    let page = Browser::new().open(&yes).await.unwrap();
    says(&page, 200, &[OVER]);
    story.expect_untouched().await;

    let page = story.approving().await;
    let late = story.answer(&page, &format!("admin_consent=True&tenant={}", tid(&page)));
    story.app.clock.advance(Duration::from_secs(31 * 60));
    let page = story.admin.open(&late).await.unwrap();
    says(&page, 200, &[OVER]);
    story.expect_untouched().await;

    let (stranger, page) = story.stranger().await;
    let no = story.answer(&page, "admin_consent=True&error=server_error");
    let page = stranger.open(&no).await.unwrap();
    says(&page, 200, &["Microsoft answered with an error"]);
    let before = story.approval().await;
    let page = stranger.open(&no).await.unwrap();
    says(&page, 200, &[OVER]);
    assert_eq!(story.approval().await, before);
}

#[tokio::test]
async fn old_foreign_and_stopped_links_ask_for_nothing() {
    let story = Story::start().await;
    let api = story.api();
    let link = api.consent_link(&story.profile).await;
    let stranger = Browser::new();
    let page = stranger.open(&link.url).await.unwrap();
    let act = async |action: &str| {
        let arguments = [("profile", story.profile.as_str()), ("action", action)];
        api.call("profiles/act", &arguments).await
    };
    act("disable").await;
    let refused = api
        .call("profiles/consent-link", &[("profile", &story.profile)])
        .await;
    assert_eq!(refused.reason(), ErrorCode::ProfileDisabled);
    let gone = stranger.open(&link.url).await.unwrap();
    says(&gone, 404, &["This link leads nowhere"]);
    act("enable").await;
    story
        .app
        .clock
        .advance(Duration::from_secs(15 * 24 * 3_600));
    // The button of a page that stayed open leads to the same page.
    let old = stranger.press(&page, "approve", &[]).await.unwrap();
    says(&old, 410, &["This link is too old", ADMIN]);
    let unknown = stranger.open(&story.app.url("/consent/x")).await.unwrap();
    says(&unknown, 404, &["This link leads nowhere"]);
}

#[tokio::test]
async fn people_who_waited_for_the_administrator_can_go_on_sc_52() {
    let story = Story::start().await;
    let control = story.app.sandbox.control();
    control.set_microsoft_consent(ConsentMode::AdminApproval);
    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = zoe.press(&page, ZOE, &[]).await.unwrap();
    zoe.follow(&page, "Return to the application")
        .await
        .unwrap();
    story.expect("attention", Some("admin_approval")).await;
    let page = story.approving().await;
    at_microsoft(&story.admin, page, ADMIN).await;
    story.expect("partly", None).await;
    story.finish().await;
}

#[tokio::test]
async fn what_was_approved_elsewhere_is_found_out_by_asking() {
    let story = Story::start().await;
    let api = story.api();
    let check = [("profile", story.profile.as_str())];
    api.ok::<()>("profiles/check-consent", &check).await;
    assert_eq!(story.refusal().await, Some(ConsentRefusal::NotInEffect));
    assert!(api.look(&story.profile).await.unapproved.is_some());
    let page = story.approving().await;
    at_microsoft(&story.admin, page, ADMIN).await;
    assert_eq!(api.look(&story.profile).await.unapproved, None);
    // Asked again, the card says that it works, and keeps who approved.
    let before = story.approval().await.answer.unwrap();
    assert_eq!(before.checked_at, None);
    api.ok::<()>("profiles/check-consent", &check).await;
    let after = story.approval().await.answer.unwrap();
    assert!(after.checked_at.is_some());
    assert_eq!(
        (after.at, after.by, after.refused),
        (before.at, before.by, None)
    );
    let systems = format!("/profiles/{}/systems", story.profile);
    let page = story.admin.open(&story.app.url(&systems)).await.unwrap();
    says(&page, 200, &["Checked ", ": it works."]);
    // A profile that knows no organisation yet asks nobody.
    let draft = api.create_profile("microsoft365").await;
    for function in ["profiles/check-consent", "profiles/consent-link"] {
        let answer = api.call(function, &[("profile", &draft)]).await;
        assert_eq!(answer.reason(), ErrorCode::DirectoryNotConfigured);
    }
}

#[tokio::test]
async fn a_microsoft_that_does_not_answer_is_no_directory_that_refuses() {
    let story = Story::start().await;
    let api = story.api();
    let control = story.app.sandbox.control();
    control.set_token_down(System::Microsoft, true);
    let check = [("profile", story.profile.as_str())];
    let answer = api.call("profiles/check-consent", &check).await;
    let system = "microsoft365".to_owned();
    assert_eq!(answer.reason(), ErrorCode::Unavailable { system });
    assert_eq!(story.refusal().await, None);
    control.set_token_down(System::Microsoft, false);
    api.ok::<()>("profiles/check-consent", &check).await;
    assert_eq!(story.refusal().await, Some(ConsentRefusal::NotInEffect));
}

#[tokio::test]
async fn an_organisation_whose_people_get_through_is_not_warned_of() {
    let story = Story::start().await;
    let api = story.api();
    // Nobody has tried: who is invited may be stopped.
    assert!(api.look(&story.profile).await.unapproved.is_some());
    story.finish().await;
    assert_eq!(api.look(&story.profile).await.unapproved, None);
    let page = format!("/profiles/{}/link-users", story.profile);
    let page = story.admin.open(&story.app.url(&page)).await.unwrap();
    let text = page.text();
    assert!(!text.contains("has not approved Synchronizer"), "{text}");
}
